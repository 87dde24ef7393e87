import pptx
from pptx.util import Inches

from rag.documents import read_document


def slide_of(presentation, title, layout=5):
    slide = presentation.slides.add_slide(presentation.slide_layouts[layout])
    slide.shapes.title.text = title
    return slide


def box(shapes, text):
    shapes.add_textbox(Inches(1), Inches(2), Inches(4), Inches(1)).text_frame.text = text


def read(tmp_path, presentation):
    path = tmp_path / "town_slides.pptx"
    presentation.save(path)
    return read_document(path)


def test_a_slide_is_a_page(tmp_path):
    presentation = pptx.Presentation()
    first = slide_of(presentation, "محطة المياه")
    box(first.shapes, "افتتحت البلدية المحطة صباح الأحد.\nتنتج أربعين ألف متر مكعب.")
    second = slide_of(presentation, "السكان")
    table = second.shapes.add_table(2, 3, Inches(1), Inches(3), Inches(4), Inches(1)).table
    for at, row in enumerate([["المدينة", "العام", "السكان"], ["عدن", "2004", "940600"]]):
        for column, text in enumerate(row):
            table.cell(at, column).text = text
    document = read(tmp_path, presentation)
    texts = [document.text[page.start : page.end] for page in document.pages]
    assert texts == [
        "محطة المياه\n\nافتتحت البلدية المحطة صباح الأحد.\n\nتنتج أربعين ألف متر مكعب.",
        "السكان\n\nالمدينة: عدن؛ العام: 2004؛ السكان: 940600",
    ]
    assert (document.title, document.language, document.date) == ("محطة المياه", "ar", None)
    assert document.page_at(document.text.index("عدن")) == 2


def test_groups_notes_and_line_breaks_are_read_and_footers_not(tmp_path):
    presentation = pptx.Presentation()
    slide = slide_of(presentation, "Water\vfor the town")
    group = slide.shapes.add_group_shape()
    box(group.shapes, "In the group.")
    inner = group.shapes.add_group_shape()
    box(inner.shapes, "Deep in the group.")
    slide.notes_slide.notes_text_frame.text = "What the speaker says."
    for placeholder in presentation.slide_layouts[5].placeholders:
        if placeholder.placeholder_format.type == pptx.enum.shapes.PP_PLACEHOLDER.FOOTER:
            slide.shapes.clone_placeholder(placeholder)
            slide.placeholders[placeholder.placeholder_format.idx].text = "Confidential"
    document = read(tmp_path, presentation)
    assert document.text.split("\n\n") == [
        "Water\nfor the town",
        "In the group.",
        "Deep in the group.",
        "What the speaker says.",
    ]
    assert document.title == "Water for the town"


def test_the_title_comes_first_wherever_it_is_drawn(tmp_path):
    presentation = pptx.Presentation()
    slide = slide_of(presentation, "The title")
    box(slide.shapes, "The text.")
    slide.shapes._spTree.append(slide.shapes.title._element)
    assert read(tmp_path, presentation).text == "The title\n\nThe text."


def test_a_presentation_without_titles_is_called_by_its_name(tmp_path):
    presentation = pptx.Presentation()
    slide = presentation.slides.add_slide(presentation.slide_layouts[6])
    box(slide.shapes, "Only this sentence is here.")
    assert read(tmp_path, presentation).title == "town slides"
