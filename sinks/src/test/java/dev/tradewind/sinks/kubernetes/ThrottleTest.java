package dev.tradewind.sinks.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** How long an API server that has too many requests is left alone. */
class ThrottleTest {
    private final AtomicLong nanos = new AtomicLong(-5);
    private final Throttle throttle = new Throttle(nanos::get);

    private record Answer(int code, String retryAfter) implements HttpResponse<String> {
        @Override
        public String body() {
            return "";
        }

        @Override
        public HttpRequest request() {
            return null;
        }

        @Override
        public Optional<HttpResponse<?>> previousResponse() {
            return Optional.empty();
        }

        @Override
        public List<String> headers(String key) {
            return headers().getOrDefault(key, List.of());
        }

        @Override
        public Map<String, List<String>> headers() {
            return retryAfter == null ? Map.of() : Map.of("Retry-After", List.of(retryAfter));
        }
    }

    private void answered(int code, String retryAfter) {
        throttle.after(null, new Answer(code, retryAfter), null);
    }

    private void pass(long millis) {
        nanos.addAndGet(millis * 1_000_000);
    }

    @Test
    void itIsLeftAloneForAsLongAsItSays() {
        assertThat(throttle.leftMillis()).isZero();
        answered(200, "7");
        answered(503, "7");
        assertThat(throttle.leftMillis()).isZero();
        answered(429, "2");
        assertThat(throttle.leftMillis()).isEqualTo(2_000);
        pass(1_500);
        assertThat(throttle.leftMillis()).isEqualTo(500);
        // What was said before holds too.
        answered(429, "0");
        assertThat(throttle.leftMillis()).isEqualTo(500);
        pass(500);
        assertThat(throttle.leftMillis()).isZero();
    }

    @Test
    void whatSaysNothingIsASecondAndNothingIsForEver() {
        answered(429, null);
        assertThat(throttle.leftMillis()).isEqualTo(1_000);
        pass(1_000);
        answered(429, "Thu, 01 Jan 2026 00:00:00 GMT");
        assertThat(throttle.leftMillis()).isEqualTo(1_000);
        answered(429, "86400");
        assertThat(throttle.leftMillis()).isEqualTo(30_000);
    }
}
