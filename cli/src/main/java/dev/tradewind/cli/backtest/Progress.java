package dev.tradewind.cli.backtest;

import java.io.PrintWriter;
import java.util.function.DoubleConsumer;

/** A bar for a person who watches; for a log, a line every quarter. */
public final class Progress implements DoubleConsumer {
    private static final int WIDTH = 40;

    private final PrintWriter out;
    private final boolean watched;
    private int shown = -1;

    public Progress(PrintWriter out, boolean watched) {
        this.out = out;
        this.watched = watched;
    }

    @Override
    public void accept(double part) {
        int now = (int) Math.floor(part * (watched ? WIDTH : 4));
        if (now == shown) {
            return;
        }
        shown = now;
        if (watched) {
            out.print(
                    "\r["
                            + "#".repeat(now)
                            + ".".repeat(WIDTH - now)
                            + "] "
                            + now * 100 / WIDTH
                            + " %"
                            + (now == WIDTH ? "\n" : ""));
        } else {
            out.println("... " + now * 25 + " %");
        }
        out.flush();
    }
}
