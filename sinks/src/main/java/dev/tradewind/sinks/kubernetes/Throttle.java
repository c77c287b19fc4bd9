package dev.tradewind.sinks.kubernetes;

import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Until when an API server that answered 429 wants to be left alone, as it says with {@code
 * Retry-After}: all that share its client keep to it. Thread-safe.
 */
public final class Throttle implements Interceptor {
    static final int TOO_MANY_REQUESTS = 429;

    /** Where it says nothing that can be read. */
    private static final long OTHERWISE_MILLIS = 1_000;

    /** No answer can keep a site's workloads waiting for longer. */
    private static final long MOST_MILLIS = 30_000;

    private final LongSupplier nanoTime;
    private final AtomicLong untilNanos;

    public Throttle(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.untilNanos = new AtomicLong(nanoTime.getAsLong());
    }

    @Override
    public void after(
            HttpRequest request,
            HttpResponse<?> response,
            AsyncBody.Consumer<List<ByteBuffer>> consumer) {
        if (response.code() == TOO_MANY_REQUESTS) {
            long now = nanoTime.getAsLong();
            long until = now + 1_000_000 * millis(response.header("Retry-After"));
            untilNanos.updateAndGet(present -> present - until > 0 ? present : until);
        }
    }

    /** 0: it can be called. */
    long leftMillis() {
        long left = untilNanos.get() - nanoTime.getAsLong();
        return left <= 0 ? 0 : (left + 999_999) / 1_000_000;
    }

    /** In seconds; Kubernetes never sends a date. */
    private static long millis(String retryAfter) {
        try {
            return retryAfter == null
                    ? OTHERWISE_MILLIS
                    : Math.min(
                            MOST_MILLIS, 1_000 * Math.max(0, Long.parseLong(retryAfter.strip())));
        } catch (NumberFormatException e) {
            return OTHERWISE_MILLIS;
        }
    }
}
