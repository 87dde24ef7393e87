"""The facts of a claim that a reader trips over (numbers, dates, names, negation), looked for in the evidence."""
