"""Who gets what, for the servers beside this file: those who want all messages, and those who named
topics. A message is passed on as it came."""

NAME = slice(18, 21)  # of a message: see codec_web.c


class Topics:
    def __init__(self):
        self.everything = []
        self.by_name = {}

    def add(self, subscriber, topics):
        if topics == "all":
            self.everything.append(subscriber)
        else:
            for name in topics.split(","):
                self.by_name.setdefault(name, []).append(subscriber)

    def remove(self, subscriber):
        for list_ in [self.everything, *self.by_name.values()]:
            if subscriber in list_:
                list_.remove(subscriber)

    def subscribers(self, message):
        """Of a message, a text or bytes."""
        if not self.by_name:
            return self.everything
        name = message[NAME]
        return self.by_name.get(name if isinstance(name, str) else name.decode(), ())
