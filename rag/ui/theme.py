"""How the page looks: Gradio's plainest theme in calm colours, and fonts of the reader's system: none is fetched."""

import gradio as gr

# Linux, Windows, macOS and phones by turns. style.css puts the Arabic families first where the text is Arabic.
_FONTS = (
    "Noto Sans",
    "Segoe UI",
    "system-ui",
    "Noto Sans Arabic",
    "Noto Naskh Arabic",
    "Geeza Pro",
    "Tahoma",
    "sans-serif",
)
_FONTS_MONO = ("Noto Sans Mono", "Consolas", "Menlo", "monospace")


def theme() -> gr.themes.Base:
    """Return the theme of the chat."""
    base = gr.themes.Base(
        primary_hue="teal",
        secondary_hue="teal",
        neutral_hue="stone",
        radius_size="lg",
        font=_FONTS,
        font_mono=_FONTS_MONO,
    )
    return base.set(
        body_background_fill="*neutral_50",
        body_background_fill_dark="*neutral_950",
        body_text_color="*neutral_800",
        body_text_color_dark="*neutral_200",
        body_text_color_subdued="*neutral_600",
        body_text_color_subdued_dark="*neutral_400",
        block_background_fill="white",
        block_background_fill_dark="*neutral_900",
        input_background_fill="white",
        input_background_fill_dark="*neutral_900",
        link_text_color="*primary_700",
        link_text_color_dark="*primary_300",
        link_text_color_hover="*primary_800",
        link_text_color_hover_dark="*primary_200",
        link_text_color_visited="*primary_700",
        link_text_color_visited_dark="*primary_300",
        color_accent_soft="*primary_50",
        color_accent_soft_dark="#134e4a66",
    )
