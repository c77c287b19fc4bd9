package dev.tradewind.cli.simulate;

/** The process that is at work here is dead; what it would do next is not done. */
final class Crash extends Error {
    private static final long serialVersionUID = 1L;

    Crash(String process) {
        super(process, null, false, false);
    }
}
