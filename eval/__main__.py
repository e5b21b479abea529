"""The commands of the evaluation: `python -m eval --help`."""

from eval.commands.answers import answers_command
from eval.commands.calibrate import calibrate_command
from eval.commands.cards import cards_command
from eval.commands.compare import compare_command
from eval.commands.documents import ocr_command, torture_command
from eval.commands.faithful import faithful_command
from eval.commands.feedback import feedback_command
from eval.commands.gate import gate_command
from eval.commands.judge import agreement_command, judge_command
from eval.commands.retrieval import retrieval_command
from eval.commands.scale import scale_command
from eval.commands.timing import reading_command, speed_command, step_command
from eval.commands.train import train_command
from eval.reporting import report_command
from indexer.command import settle_libraries
from indexer.usage import App

app = App()
app.command("retrieval")(retrieval_command)
app.command("answers")(answers_command)
app.command("faithful")(faithful_command)
app.command("report")(report_command)
app.command("compare")(compare_command)
app.command("gate")(gate_command)
app.command("calibrate")(calibrate_command)
app.command("train")(train_command)
app.command("judge")(judge_command)
app.command("agreement")(agreement_command)
app.command("feedback")(feedback_command)
app.command("speed")(speed_command)
app.command("scale")(scale_command)
app.command("reading")(reading_command)
app.command("step")(step_command)
app.command("cards")(cards_command)
app.command("ocr")(ocr_command)
app.command("torture")(torture_command)


@app.callback()
def entry() -> None:
    """Mesure la qualité et la vitesse de la recherche."""
    settle_libraries()


if __name__ == "__main__":
    app()
