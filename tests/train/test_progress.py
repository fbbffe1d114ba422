from gyeop.train.progress import Bar

from . import example


def test_the_bar_shows_loss_rate_and_throughput(capsys, monkeypatch):
    monkeypatch.setattr(Bar, "SECONDS", 0.0)
    loader, validation = example.loaders(slowness=0.003)
    history = example.trainer().fit(loader, validation, epochs=2, progress=True)
    said = capsys.readouterr()
    assert said.out == ""
    for epoch in (1, 2):
        assert f"epoch {epoch}/2: 100%" in said.err
        assert f"train loss {history.train_loss[epoch - 1]:.4g}" in said.err
        assert f"validation accuracy {history.validation_accuracy[epoch - 1]:.4g}" in said.err
    assert "samples/s" in said.err
    assert ", rate 0.01" in said.err


def test_a_silent_bar_asks_for_nothing(capsys):
    bar = Bar("epoch", shown=False)
    bar.step(3, loss=lambda: 1 / 0, rate=0.1)
    bar.end("over")
    bar.close()
    assert capsys.readouterr().err == ""
