"""PDFs as answers."""

from kalends.web.door import Answer

PDF = "application/pdf"


def pdf_answer(content: bytes, name: str) -> Answer:
    """A PDF that browsers show, and save under this name."""
    return Answer(200, content, PDF, (("Content-Disposition", f'inline; filename="{name}"'),))
