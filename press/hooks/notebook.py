"""Offer every lesson with code, and every lab, as a notebook: NAME.ipynb beside the page, and labs in Colab too."""

import html
from pathlib import Path

import nbformat

from press import labs, notebooks, settings

TEXT = {"ko": ("노트북으로 내려받기", "Colab에서 열기"), "en": ("Download as a notebook", "Open in Colab")}


def on_post_page(output, page, config):  # after the search plugin has taken its text
    language, source = config.theme["language"], Path(page.file.abs_src_path or "")
    is_lab = page.file.src_uri.startswith("labs/") and source.suffix == ".py"
    if not is_lab and (page.file.name == "index" or not _has_code(source)):
        return output
    try:
        notebook = notebooks.from_lab(source.stem, language) if is_lab else notebooks.from_page(source)
    except labs.LabError:
        return output  # press/hooks/labs.py has said so
    file = Path(config.site_dir, page.file.dest_uri).parent / f"{source.stem}.ipynb"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(nbformat.writes(notebook) + "\n", encoding="utf-8")
    download, colab = TEXT[language]
    links = [f'<a href="{file.name}" download>{download}</a>']
    if is_lab:
        address = settings.colab_url(language, f"labs/{source.stem}.ipynb")
        links.append(f'<a href="{html.escape(address)}">{colab}</a>')
    return output.replace("</h1>", f'</h1>\n<p class="notebook">{" · ".join(links)}</p>', 1)


def _has_code(source: Path) -> bool:
    return source.suffix == ".md" and bool(notebooks.FENCE.search(source.read_text(encoding="utf-8")))
