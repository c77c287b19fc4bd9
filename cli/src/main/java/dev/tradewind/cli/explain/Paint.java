package dev.tradewind.cli.explain;

import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Help.Ansi.Style;

/** Colours where the terminal has them, else nothing. */
record Paint(boolean colours) {
    static Paint of(Ansi ansi) {
        return new Paint(ansi.enabled());
    }

    String in(String text, Style... styles) {
        return colours ? Style.on(styles) + text + Style.off(styles) : text;
    }

    String bold(String text) {
        return in(text, Style.bold);
    }

    String dim(String text) {
        return in(text, Style.faint);
    }
}
