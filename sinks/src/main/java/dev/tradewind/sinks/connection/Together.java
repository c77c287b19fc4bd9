package dev.tradewind.sinks.connection;

import dev.tradewind.sinks.port.PortException;
import dev.tradewind.sinks.port.PortException.Kind;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BinaryOperator;

/**
 * Asks a site once for all who want to know at the same time: many workloads that move at once
 * would otherwise ask the same of it, or what one request could have asked.
 *
 * <p>Whoever asks gets the answer of a call that began after he did. One that is under way is
 * waited for and not shared, for it may not show what was done since. Nobody else asking, the call
 * begins at once. Safe for use by several threads.
 *
 * @param <Q> what is asked
 * @param <A> the answer
 */
public final class Together<Q, A> {
    /** What asks the site. */
    public interface Call<Q, A> {
        A of(Q question) throws PortException;
    }

    private final class Turn {
        private final CompletableFuture<A> answer = new CompletableFuture<>();
        private Q question;
        private int askers = 1;

        Turn(Q question) {
            this.question = question;
        }
    }

    private final String site;
    private final BinaryOperator<Q> both;
    private Turn running;
    private Turn next;

    /**
     * @param both one question for two; what is told beyond one's own is passed over
     */
    public Together(String site, BinaryOperator<Q> both) {
        this.site = site;
        this.both = both;
    }

    /**
     * @param call made by one for all: where it is refused, each makes his own, for what is refused
     *     may be another's
     */
    public A ask(Q question, Call<Q, A> call, Deadline deadline) throws PortException {
        Turn before;
        Turn turn;
        boolean first;
        synchronized (this) {
            before = running;
            first = before == null || next == null;
            if (before == null) {
                running = new Turn(question);
                turn = running;
            } else if (next == null) {
                next = new Turn(question);
                turn = next;
            } else {
                turn = next;
                turn.question = both.apply(turn.question, question);
                turn.askers++;
            }
        }
        try {
            if (!first) {
                return await(turn, deadline);
            }
            if (before != null) {
                awaitEnd(before, turn, deadline);
            }
            return make(turn, call);
        } catch (PortException e) {
            if (e.kind() == Kind.UNREACHABLE || e.kind() == Kind.RETRY || askers(turn) == 1) {
                throw e;
            }
            return call.of(question);
        }
    }

    /** How many wait for a call that has not begun; for tests. */
    synchronized int waiting() {
        return next == null ? 0 : next.askers;
    }

    private synchronized int askers(Turn turn) {
        return turn.askers;
    }

    private A make(Turn turn, Call<Q, A> call) throws PortException {
        try {
            Q asked;
            synchronized (this) {
                asked = turn.question;
            }
            A answer = call.of(asked);
            end(turn);
            turn.answer.complete(answer);
            return answer;
        } catch (PortException | RuntimeException | Error e) {
            // an error, too: nobody else would be asked any more
            end(turn);
            turn.answer.completeExceptionally(e);
            throw e;
        }
    }

    /** Nobody joins it any more; those who wait for the next one have theirs now. */
    private synchronized void end(Turn turn) {
        if (running == turn) {
            running = next;
            next = null;
        }
    }

    private void awaitEnd(Turn before, Turn turn, Deadline deadline) throws PortException {
        try {
            await(before, deadline);
        } catch (PortException | RuntimeException e) {
            boolean ended;
            synchronized (this) {
                ended = running != before;
                if (!ended && next == turn) {
                    next = null;
                }
            }
            if (!ended) {
                turn.answer.completeExceptionally(e);
                throw e;
            }
        }
    }

    private A await(Turn turn, Deadline deadline) throws PortException {
        try {
            return turn.answer.get(deadline.left().toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof PortException port) {
                throw port;
            }
            throw new IllegalStateException(e.getCause());
        } catch (TimeoutException e) {
            throw new PortException(
                    Kind.UNREACHABLE, site, site + " did not answer another in time", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PortException(Kind.UNREACHABLE, site, "interrupted", e);
        }
    }
}
