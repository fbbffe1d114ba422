"""Labs tell the truth: the committed outputs are of this code, both languages are one lab, and a broken lab fails."""

import json
import logging
import re
from types import SimpleNamespace

import nbformat
import pytest

from press import LANGUAGES, lab_run, labs, notebooks, page
from press.hooks import labs as hook

NAMES = labs.names()
every_lab = pytest.mark.parametrize("name", NAMES)


@every_lab
def test_outputs_are_of_this_code_and_these_versions(name):
    run = labs.load(name)
    assert run["seconds"] <= lab_run.SECONDS
    assert len(run["outputs"]) == len(labs.code(labs.read(labs.source(name, "ko"))))


@every_lab
def test_outputs_hold_no_words_and_fit_a_phone(name):
    outputs = labs.load(name)["outputs"]
    assert labs.words(outputs) == []
    lines = [line for cell in outputs for output in cell for line in output.get("text", "").splitlines()]
    assert [line for line in lines if len(line) > 60] == []


@every_lab
def test_every_figure_has_its_twins(name):
    folder = labs.RUNS / name
    drawn = [output["figure"] for cell in labs.load(name)["outputs"] for output in cell if "figure" in output]
    wanted = {f"{number}{twin}.svg" for number in drawn for twin in ("", "-dark")}
    assert {path.name for path in folder.iterdir()} == wanted | {"run.json"}


@every_lab
def test_same_book(name, tmp_path):
    rendered = []
    for language in LANGUAGES:
        file = tmp_path / language / "labs" / f"{name}.md"
        file.parent.mkdir(parents=True)
        file.write_text(labs.markdown(name, language), encoding="utf-8")
        rendered.append(page.read(file, tmp_path))
    korean, english = rendered
    for what in ("headings", "formulas", "images", "links"):
        assert getattr(korean, what) == getattr(english, what), f"{what} of the two languages differ"
    assert len(korean.code) == len(english.code)  # the code itself is equal by its key


@every_lab
@pytest.mark.parametrize("language", LANGUAGES)
def test_text_cells(name, language):
    for cell in labs.read(labs.source(name, language)):
        if cell.cell_type == "markdown":
            for heading in re.findall(r"^#{1,6} .*$", cell.source, re.M):
                assert re.search(r"\{ #[\w-]+ \}$", heading), f"no {{ #id }} after: {heading}"
            assert not notebooks.FENCE.search(cell.source), f"Python that nobody runs: {cell.source[:60]}"


@every_lab
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_notebook_for_colab_is_current(name, language):
    file = labs.source(name, language).with_suffix(".ipynb")
    assert file.exists(), "run `make labs`"
    expected = json.loads(nbformat.writes(notebooks.from_lab(name, language, outputs=False)))
    assert json.loads(file.read_text(encoding="utf-8")) == expected, "run `make labs`"


@pytest.mark.slow
@every_lab
def test_executed_anew_it_gives_the_same(name):
    assert labs.differences(labs.load(name)["outputs"], lab_run.execute(name).outputs) == []


# ---------------------------------------------------------------- broken samples

SAMPLE = """# %% [markdown]
# # {title} {{ #sample }}

# %%
import matplotlib.pyplot as plt
x = 3   # {title}
print("x =", x)

# %%
plt.plot([0, x], label="x")
plt.legend();

# %% [markdown]
# ![{title}](figure)
"""


@pytest.fixture
def docs(tmp_path):
    """A book with one small lab."""
    write(tmp_path, SAMPLE)
    return tmp_path


def write(docs, text, languages=LANGUAGES):
    for language in languages:
        file = labs.source("sample", language, docs)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text.format(title={"ko": "견본", "en": "A sample"}[language]), encoding="utf-8")


def commit(docs, outputs):
    lab_run.write("sample", lab_run.Run(labs.key("sample", docs), 1.0, outputs), docs)


AXES = [
    {"title": "", "x": "t", "y": "", "scales": ["linear"] * 2, "ticks": [], "texts": [], "legend": ["x"], "series": []}
]
OUTPUTS = [[{"text": "x = 3\n"}], [{"svg": "<svg><path stroke='#010203'/></svg>", "axes": AXES}]]


def test_a_lab_is_run_kept_and_shown(docs):
    run = lab_run.execute("sample", docs)
    assert run.outputs[0] == [{"text": "x = 3\n"}]
    assert run.outputs[1][0]["axes"][0]["legend"] == ["x"]
    lab_run.write("sample", run, docs)
    korean, english = (labs.markdown("sample", language, docs) for language in LANGUAGES)
    assert '```text title="출력"\nx = 3\n```' in korean
    assert '```text title="Output"\nx = 3\n```' in english
    assert "![견본](sample/1.svg#only-light)\n![견본](sample/1-dark.svg#only-dark)" in korean
    light, dark = ((docs / "lab-runs/sample" / file).read_text(encoding="utf-8") for file in ("1.svg", "1-dark.svg"))
    assert "#1f2328" in light
    assert "#e6edf3" in dark
    assert "#010203" not in light + dark


def test_comments_and_text_leave_the_outputs_fresh_and_code_does_not(docs):
    commit(docs, OUTPUTS)
    write(docs, SAMPLE.replace("# # ", "# # 1 ").replace("x = 3   #", "x = 3  # more:"))
    labs.load("sample", docs)
    write(docs, SAMPLE.replace('"x ="', '"y ="'))
    with pytest.raises(labs.LabError, match="labs/sample.*make labs"):
        labs.load("sample", docs)


@pytest.mark.parametrize(("package", "fresh"), [("numpy", False), ("mkdocs", True)])
def test_new_versions_of_what_computes_make_outputs_stale(docs, monkeypatch, package, fresh):
    pins = (labs.ROOT / "constraints.txt").read_text(encoding="utf-8")
    (docs / "constraints.txt").write_text(re.sub(rf"^{package}==.*$", f"{package}==99.0", pins, flags=re.M))
    before = labs.key("sample", docs)
    monkeypatch.setattr(labs, "ROOT", docs)
    assert (labs.key("sample", docs) == before) is fresh


def test_no_outputs_at_all(docs):
    with pytest.raises(labs.LabError, match="labs/sample has no outputs; run `make labs`"):
        labs.load("sample", docs)


@pytest.mark.parametrize("change", [('"x ="', '"y ="'), ("x = 3 ", "x = 4 "), ("plt.legend();", "")])
def test_other_code_in_one_language(docs, change):
    write(docs, SAMPLE.replace(*change), ["en"])
    with pytest.raises(labs.LabError, match=r"ko/labs/sample.py:\d+ and .*en/labs/sample.py:\d+ differs"):
        labs.key("sample", docs)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("raise ValueError('too bad')", r"ko/labs/sample.py:5: ValueError: too bad"),
        ("print('a word')", r"prints or draws words.*'word'"),
        ("print('낱말')", r"prints or draws words.*'낱말'"),
        ("plt.xlabel('epoch')\nplt.plot([1, 2])", r"prints or draws words.*'epoch'"),
        ("import sys\nprint('!', file=sys.stderr)", r"sample.py:5: a lab prints text and draws figures"),
        ("import time\ntime.sleep(30)", r"labs/sample"),
    ],
)
def test_a_lab_that_must_not_pass(docs, line, message):
    write(docs, SAMPLE.replace("x = 3 ", f"{line}\nx = 3 "))
    with pytest.raises(labs.LabError, match=message):
        lab_run.execute("sample", docs, seconds=20)


def test_a_lab_that_takes_too_long_in_all(docs, monkeypatch):
    clock = iter([0.0, 181.0])
    monkeypatch.setattr(lab_run, "time", SimpleNamespace(perf_counter=lambda: next(clock)))
    with pytest.raises(labs.LabError, match="labs/sample took 181 s; a lab may take 180 s on 2 cores"):
        lab_run.execute("sample", docs)


@pytest.mark.parametrize("change", [("(figure)", "(elsewhere.svg)"), ("(figure)", "(figure) ![again](figure)")])
def test_figures_that_find_no_place(docs, change):
    write(docs, SAMPLE.replace(*change))
    commit(docs, OUTPUTS)
    with pytest.raises(labs.LabError, match=r"sample.py:\d+: .*figure"):
        labs.markdown("sample", "ko", docs)


def test_a_difference_is_named(docs):
    other = [[{"text": "x = 4\n"}], [{"svg": "", "axes": [{**AXES[0], "x": "s"}]}]]
    commit(docs, OUTPUTS)
    committed = labs.load("sample", docs)["outputs"]
    assert labs.differences(committed, OUTPUTS) == []
    text, figure = labs.differences(committed, other)
    assert text == "code cell 1: expected\nx = 3\n\ngot\nx = 4\n"
    assert figure == "code cell 2: the figure x is 't', the block draws 's'"
    assert labs.differences(committed, [OUTPUTS[0], []]) != []


def test_a_stale_lab_is_a_warning_of_the_build(monkeypatch, caplog):
    def stale(name, language):
        raise labs.LabError("labs/sample: stale")

    monkeypatch.setattr(labs, "markdown", stale)
    lab = SimpleNamespace(file=SimpleNamespace(src_uri="labs/sample.py", name="sample"))
    hook.on_page_read_source(lab, SimpleNamespace(theme={"language": "ko"}))
    assert [(record.levelno, record.message) for record in caplog.records] == [(logging.WARNING, "labs/sample: stale")]


def test_solutions_are_boxes(docs):
    write(docs, '# %% [markdown] tags=["solution"]\n# {title}\n\n# %% tags=["solution"]\nprint(1)\n\n# %%\nprint(2)\n')
    commit(docs, [[{"text": "1\n"}], [{"text": "2\n"}]])
    text = labs.markdown("sample", "en", docs)
    assert text.startswith(
        '??? success "Solution"\n\n    A sample\n\n    ```python\n    print(1)\n    ```\n\n    ```text'
    )
    assert "\n```python\nprint(2)\n```" in text
