"""Fit what `rag/cross_encoder.py` reads: upper layers of the embedding model that read a claim together with its evidence.

Run: `python benchmarks/fit_cross_encoder.py [--training ../shared/training] [--output rag/data]`, an hour on two cores.

Learnt on TyDi QA (dev in nine languages, train in three; Apache-2.0), its questions in other languages, the slice of SQuAD 1.1
(CC BY-SA 4.0), our parallel items and part A of the claims in other words (`data`), made into claims by `cross_encoder_data.py`,
but on none of the passages and items that `fit_checking.py` fits or measures on. Nothing of part B of `seeds/` or of
`../shared/benchmarks` is seen.

One pass over the examples. The loss stays at that of guessing for a while (some 8,000 examples), and falls fast then.
"""

import random
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from checking_data import Example, by_kind, read_all
from cross_encoder_data import read_claims, read_questions, split_groups
from fit_data import fit_arguments
from sklearn.metrics import roc_auc_score
from tqdm import tqdm

from rag.balance import file_name
from rag.checking.features import as_pair, fullest, is_crossed, standing_alone
from rag.cross_encoder import (
    Learnt,
    batches,
    forward,
    new_head,
    packed,
    tokens,
    unpacked,
    with_copied_layers,
    with_upper_layers,
)
from rag.embeddings import load_embedder, model_name
from rag.settings import load_settings

LEARNT = 6  # upper layers
RATE, HEAD_RATE, WARM_UP = 1e-4, 5e-4, 1 / 16
BATCH, NEIGHBOURS = 3_000, 1_024  # tokens; examples among which those of like length are put together
SHOWN = 50  # batches


def pair(example: Example) -> tuple[str, str]:
    """Return the two texts that are read for an example."""
    claim, evidence = standing_alone(example.claim), example.evidence
    everything = range(len(evidence.sentences))  # in two languages these are a few sentences
    return as_pair(claim, evidence, everything if is_crossed(claim, evidence) else fullest(claim, evidence))


def in_batches(lengths: Sequence[int], generator: random.Random) -> list[list[int]]:
    """Return numbers of examples, in batches of like length, in an order by chance."""
    found = []
    for start in range(0, len(lengths), NEIGHBOURS):
        found += [[start + at for at in some] for some in batches(lengths[start : start + NEIGHBOURS], BATCH)]
    generator.shuffle(found)
    return found


def learn(model: Any, head: Any, tokenizer: Any, examples: Sequence[Example]) -> None:
    """Learn the parameters of both that are asked to change."""
    ids = tokens(tokenizer, [pair(one) for one in tqdm(examples, "Reading", disable=None)])
    labels = torch.tensor([float(one.supported) for one in examples])
    upper = [one for one in model.parameters() if one.requires_grad]
    groups = [{"params": upper, "lr": RATE}, {"params": list(head.parameters()), "lr": HEAD_RATE}]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01)
    order = in_batches([len(one) for one in ids], random.Random(0))
    warm, steps = max(1, round(WARM_UP * len(order))), len(order)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min((step + 1) / warm, (steps - step) / max(1, steps - warm))
    )
    losses: list[float] = []
    bar = tqdm(order, "Learning", disable=None)
    for number, some in enumerate(bar, 1):
        with torch.autocast(model.device.type, torch.bfloat16):
            logits = forward(model, head, [ids[at] for at in some], tokenizer.pad_token_id)
        loss = torch.nn.functional.binary_cross_entropy_with_logits(logits.float(), labels[some].to(logits.device))
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(upper, 1.0)
        optimizer.step()
        schedule.step()
        optimizer.zero_grad()
        losses.append(float(loss.detach()))
        if number % SHOWN == 0:
            tqdm.write(f"{number} of {steps}: loss {np.mean(losses[-SHOWN:]):.3f}")


def measure(model: Any, head: Any, tokenizer: Any, examples: Sequence[Example]) -> dict[str, tuple[int, float]]:
    """Return kind, and language of TyDi QA → number of examples and AUROC."""
    ids = tokens(tokenizer, [pair(one) for one in examples])
    found = np.zeros(len(examples))
    with torch.inference_mode():
        for some in tqdm(list(batches([len(one) for one in ids], BATCH)), "Measuring", disable=None):
            found[some] = forward(model, head, [ids[at] for at in some], tokenizer.pad_token_id).cpu().numpy()
    truth = np.array([one.supported for one in examples])
    return {
        name: (len(at), round(float(roc_auc_score(truth[at], found[at])), 3)) for name, at in by_kind(examples).items()
    }


def main() -> None:
    """Learn, print what is held out, write the file."""
    arguments = fit_arguments(__doc__)
    torch.manual_seed(0)
    settings = load_settings()
    name = model_name(settings)
    bare, tokenizer = load_embedder(settings).transformer
    bare.requires_grad_(False)
    upper = range(len(bare.encoder.layer) - LEARNT, len(bare.encoder.layer))
    model = with_copied_layers(bare, set(upper)).eval()  # without dropout: it is slow, and one pass is short
    before = {
        f"encoder.layer.{at}.{key}": parameter.clone()
        for at in upper
        for key, parameter in model.encoder.layer[at].named_parameters()
    }
    for at in upper:
        model.encoder.layer[at].requires_grad_(True)
    head = new_head(model.config.hidden_size).to(model.device)
    learn(model, head, tokenizer, read_claims(arguments.training))
    after = dict(model.named_parameters())
    added = {key: (after[key] - value).detach().cpu().numpy() for key, value in before.items()}
    arrays = packed(Learnt(added, {key: value.cpu().numpy() for key, value in head.state_dict().items()}))
    path = arguments.output / file_name("cross-encoder", name, "npz")
    np.savez_compressed(path, **arrays)  # type: ignore[arg-type]
    print(path)
    known = read_all(arguments.training)
    _, held = split_groups(known)
    model, head = with_upper_layers(bare, unpacked(arrays))
    print("AUROC of what is held out, by the cross-encoder alone, as it is kept:")
    hidden = [one for one in known if one.group in held]
    hidden += read_questions(arguments.training, {one.evidence.text for one in hidden})
    for title, (number, area) in measure(model, head, tokenizer, hidden).items():
        print(f"{title:<24}{number:>6}  {area:.3f}", flush=True)


if __name__ == "__main__":
    main()
