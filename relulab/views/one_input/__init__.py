"""One input step by step, as it is shown: the way forward as columns, why the answer, the way back in words."""
