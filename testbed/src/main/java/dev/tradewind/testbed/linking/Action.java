package dev.tradewind.testbed.linking;

/** What the API can do to mirrors, by the word after the colon. */
enum Action {
    PROMOTE("promote"),
    FAILOVER("failover"),
    PAUSE("pause"),
    RESUME("resume"),
    REVERSE_AND_START("reverse-and-start-mirror"),
    REVERSE_AND_PAUSE("reverse-and-pause-mirror"),
    TRUNCATE_AND_RESTORE("truncate-and-restore");

    final String word;

    Action(String word) {
        this.word = word;
    }

    /**
     * @return null if there is none of this name
     */
    static Action of(String word) {
        // As older Confluent Platforms call them.
        String known =
                switch (word) {
                    case "promote-local-and-start-remote-mirror" -> REVERSE_AND_START.word;
                    case "promote-local-and-pause-remote-mirror" -> REVERSE_AND_PAUSE.word;
                    default -> word;
                };
        for (Action action : values()) {
            if (action.word.equals(known)) {
                return action;
            }
        }
        return null;
    }
}
