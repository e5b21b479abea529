"""`python -m eval train`."""

import sys
from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from eval.commands.retrieval import Judged, Own
from eval.dataset import Dataset
from eval.indexed import index_of, remembering
from eval.parting import parted
from indexer import SentenceEncoder
from indexer.command import explained
from indexer.notes import decimal, many
from indexer.settings import Settings

TOLD = 50  # steps between two lines of progress


@explained
def train_command(
    dataset: Judged,
    output: Annotated[
        Path, typer.Option("--output", "-o", help="Fichier des adaptateurs à écrire (.npz).")
    ],
    index: Own = None,
    epochs: Annotated[float, typer.Option(min=0.01, help="Passages sur les exemples.")] = 2.5,
    seed: Annotated[int, typer.Option(help="Graine du tirage.")] = 1,
) -> None:
    """Apprend à lire où un passage répond, sur deux tiers des titres ; les autres mesurent.

    Compter une heure sur deux cœurs pour les 7 500 questions de PIAF.
    """
    import torch  # takes seconds: the other commands go without

    from eval.lessons import lessons
    from eval.training import Trainee, lower, train

    output.parent.stat()
    settings, judged = Settings(), Dataset(dataset)
    torch.manual_seed(seed)
    encoder = SentenceEncoder(settings.model, settings.cache)
    remembered = remembering(encoder, settings.cache)
    home = index_of(judged, index, remembered, settings.cache)
    learnt, kept = parted(judged, home)
    examples = list(lessons(judged, home, learnt, remembered, encoder.tokenizer))
    told = f"{many(len(examples), 'exemple')}, {many(len(kept), 'question')} gardées pour mesurer"
    print(f"{many(len(learnt), 'question')}, {told}.", file=sys.stderr)
    model = encoder.fingerprint
    hidden = lower(encoder.transformer.float(), examples, encoder.tokenizer.pad_token_id)
    trainee = Trainee.of(encoder.transformer)
    losses: list[float] = []
    for step, steps, loss in train(trainee, examples, hidden, epochs, seed):
        losses.append(loss)
        if step % TOLD == 0 or step == steps:
            mean = decimal(float(np.mean(losses[-2 * TOLD :])), ".3f")
            print(f"Pas {step} sur {steps}, perte {mean}", file=sys.stderr)
    np.savez_compressed(output, allow_pickle=False, model=np.array(model), **trainee.learnt())
    print(f"Adaptateurs écrits : {output}", file=sys.stderr)
