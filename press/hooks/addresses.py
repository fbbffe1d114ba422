"""Give each page `report`: the link to report a mistake on it. (A lab's Colab link: press/hooks/notebook.py.)"""

from press import settings


def on_page_context(context, page, config, nav):
    context["report"] = settings.report_url(config.theme["language"], page.file.src_uri, page.canonical_url)
    return context
