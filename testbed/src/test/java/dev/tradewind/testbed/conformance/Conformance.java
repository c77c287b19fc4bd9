package dev.tradewind.testbed.conformance;

import dev.tradewind.testbed.linking.Exchange;
import dev.tradewind.testbed.linking.ExchangeListener;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.regex.Pattern;

/**
 * Holds each request to the Cluster Linking double, and each of its answers, against the published
 * description, where that is there. What was found waits for {@link ConformanceExtension}.
 *
 * <p>A request that a test sends wrong on purpose says so in a header; it must be wrong then, and
 * must be refused.
 */
public final class Conformance implements ExchangeListener {
    /** The header of a request that is wrong on purpose. */
    public static final String ON_PURPOSE = "X-Wrong-On-Purpose";

    private static final Pattern DESCRIBED =
            Pattern.compile("/kafka/v3/clusters/[^/]+/links(/.*)?");
    private static final int SHOWN = 600;
    private static final Queue<String> VIOLATIONS = new ConcurrentLinkedQueue<>();
    private static final Set<String> ANSWERED = new ConcurrentSkipListSet<>();

    /** Read once, when it is needed first. */
    private static final class Described {
        static final OpenApi API = OpenApi.read(Description.FILE);
    }

    @Override
    public void exchanged(Exchange exchange) {
        if (Description.isThere()) {
            VIOLATIONS.addAll(violations(exchange));
        }
    }

    /** The operations that were answered with success. */
    static Set<String> answered() {
        return new TreeSet<>(ANSWERED);
    }

    static void forgetAnswered() {
        ANSWERED.clear();
    }

    /** What was found since it was last asked for. */
    static List<String> take() {
        List<String> found = new ArrayList<>();
        for (String each = VIOLATIONS.poll(); each != null; each = VIOLATIONS.poll()) {
            found.add(each);
        }
        return found;
    }

    static List<String> violations(Exchange exchange) {
        String path = Deviations.path(exchange.path());
        if (!DESCRIBED.matcher(path).matches()
                || Deviations.OLDER_ACTIONS.matcher(path).matches()) {
            return List.of();
        }
        List<String> found = new ArrayList<>();
        boolean onPurpose = header(exchange, ON_PURPOSE) != null;
        Optional<OpenApi.Operation> asked = Described.API.operation(exchange.method(), path);
        if (asked.isEmpty()) {
            if (!onPurpose) {
                found.add(told(exchange, "there is no such operation"));
            }
            return found;
        }
        OpenApi.Operation operation = asked.get();
        if (exchange.status() / 100 == 2) {
            ANSWERED.add(operation.toString());
        }
        List<String> wrong =
                Described.API.request(
                        operation,
                        query(exchange.query()),
                        header(exchange, "Content-Type"),
                        text(exchange.body()));
        if (!onPurpose) {
            wrong.forEach(w -> found.add(told(exchange, w)));
        } else if (wrong.isEmpty()) {
            found.add(told(exchange, "is not wrong at all"));
        }
        if (onPurpose && exchange.status() / 100 != 4) {
            found.add(told(exchange, "is wrong on purpose and was not refused"));
        }
        if (exchange.faults().stream().noneMatch(Deviations.ANSWERS_CHANGED::contains)) {
            Described.API
                    .answer(
                            operation,
                            Deviations.status(exchange.status()),
                            exchange.contentType(),
                            Deviations.answer(exchange, text(exchange.answer())))
                    .forEach(w -> found.add(told(exchange, w)));
        }
        return found;
    }

    /** Of all operations that are described. */
    static Set<String> described() {
        Set<String> all = new TreeSet<>();
        Described.API.operations().forEach(o -> all.add(o.toString()));
        return all;
    }

    private static Map<String, String> query(String raw) {
        Map<String, String> query = new TreeMap<>();
        if (raw != null) {
            for (String pair : raw.split("&")) {
                int equals = pair.indexOf('=');
                query.put(
                        decode(equals < 0 ? pair : pair.substring(0, equals)),
                        equals < 0 ? "" : decode(pair.substring(equals + 1)));
            }
        }
        return query;
    }

    /** Null where there is none; names of headers have no case. */
    private static String header(Exchange exchange, String name) {
        return exchange.headers().entrySet().stream()
                .filter(h -> h.getKey().toLowerCase(Locale.ROOT).equals(lower(name)))
                .map(h -> h.getValue().get(0))
                .findFirst()
                .orElse(null);
    }

    private static String lower(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    private static String text(byte[] body) {
        return new String(body, StandardCharsets.UTF_8);
    }

    private static String told(Exchange exchange, String what) {
        return "%s %s%s %s at %s, answered %d %s: %s"
                .formatted(
                        exchange.method(),
                        exchange.path(),
                        exchange.query() == null ? "" : "?" + exchange.query(),
                        shown(text(exchange.body())),
                        exchange.service(),
                        exchange.status(),
                        shown(text(exchange.answer())),
                        what);
    }

    private static String shown(String text) {
        return text.length() > SHOWN ? text.substring(0, SHOWN) + "..." : text;
    }

    private static String decode(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }
}
