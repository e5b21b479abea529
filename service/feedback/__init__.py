"""What people thought of answers and results: 👍, 👎 and why; first-party, without their names."""

from service.feedback.opinions import About, Opinion, Opinions, Quoted, Reason

__all__ = ["About", "Opinion", "Opinions", "Quoted", "Reason"]
