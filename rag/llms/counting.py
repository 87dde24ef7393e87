"""How much of what a language model can read a text takes."""


def tokens(text: str) -> int:
    """Return about how many tokens a text is to a language model, rather too many than too few.

    A token is seldom less than three bytes of UTF-8, in any script, but many models take each digit for one; to count exactly
    takes the model's own tokenizer, which a server does not lend.
    """
    digits = sum(character.isdigit() for character in text)
    return (len(text.encode("utf-8", "replace")) + 2 * digits) // 3 + 1
