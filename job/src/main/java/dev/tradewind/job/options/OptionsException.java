package dev.tradewind.job.options;

import java.util.List;

/**
 * What is wrong with the options: all of it, a sentence each. Says no value that may be a secret.
 */
public final class OptionsException extends Exception {
    private static final long serialVersionUID = 1L;

    private final List<String> problems;

    public OptionsException(List<String> problems) {
        super(String.join("\n", problems));
        this.problems = List.copyOf(problems);
    }

    public List<String> problems() {
        return problems;
    }
}
