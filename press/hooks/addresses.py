"""Give each page its links out: `report` (a mistake on this page) and, for a lab, `colab`."""

from press import settings


def on_page_context(context, page, config, nav):
    language, path = config.theme["language"], page.file.src_uri
    context["report"] = settings.report_url(language, path, page.canonical_url)
    if path.startswith("labs/") and path.endswith(".py"):
        context["colab"] = settings.colab_url(language, path.removesuffix(".py") + ".ipynb")
    return context
