"""Pure text: languages, sentences, folding. Nothing here reads files or knows of models."""
