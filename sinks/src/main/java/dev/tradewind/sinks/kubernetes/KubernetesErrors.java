package dev.tradewind.sinks.kubernetes;

import dev.tradewind.sinks.port.PortException;
import dev.tradewind.sinks.port.PortException.Kind;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.api.model.StatusCause;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.List;
import java.util.stream.Collectors;

/** What an answer of the Kubernetes API means to the caller. */
final class KubernetesErrors {
    private static final int SHOWN = 600;

    private KubernetesErrors() {}

    /**
     * @param what was tried, for people
     */
    static PortException of(String site, String what, KubernetesClientException e) {
        int code = e.getCode();
        // fabric8 has 0 or -1 where there was no answer at all.
        if (code <= 0) {
            Throwable cause = e;
            while (cause.getCause() != null && cause.getCause() != cause) {
                cause = cause.getCause();
            }
            String why = cause.getMessage() == null ? "" : ": " + cause.getMessage();
            return new PortException(
                    Kind.UNREACHABLE,
                    site,
                    what + " got no answer: " + cause.getClass().getSimpleName() + shown(why),
                    e);
        }
        String message = message(e);
        // A field that the kind doesn't have: the API server calls it an error of its own.
        boolean unreadable = code == 500 && message.contains("failed to create typed patch object");
        return new PortException(
                unreadable ? Kind.REFUSED : isFloorUnseen(e) ? Kind.RETRY : kind(code),
                site,
                what + " was answered " + code + ": " + shown(message),
                e);
    }

    /**
     * The admission policy that has the epoch floor as its parameter reads it from a cache of the
     * API server's, and the first floor of a namespace was made a moment ago.
     */
    static boolean isFloorUnseen(KubernetesClientException e) {
        return e.getCode() / 100 == 4 && message(e).contains("no params found for policy binding");
    }

    private static Kind kind(int code) {
        return switch (code) {
            case 401 -> Kind.FATAL;
            // 410: what was read is too old to go on from, so it is read anew.
            case 408, 409, 410, 429, 500 -> Kind.RETRY;
            // A balancer speaks, and behind it nobody: whether it was done is unknown.
            case 502, 503, 504 -> Kind.UNREACHABLE;
            default -> code > 500 ? Kind.RETRY : Kind.REFUSED;
        };
    }

    /** The API's own words, with the paths of the fields that it has something against. */
    static String message(KubernetesClientException e) {
        Status status = e.getStatus();
        if (status == null) {
            return e.getMessage();
        }
        String message = status.getMessage() == null ? e.getMessage() : status.getMessage();
        List<StatusCause> causes =
                status.getDetails() == null || status.getDetails().getCauses() == null
                        ? List.of()
                        : status.getDetails().getCauses();
        String fields =
                causes.stream()
                        .map(StatusCause::getField)
                        .filter(f -> f != null && !message.contains(f))
                        .collect(Collectors.joining(", "));
        return fields.isEmpty() ? message : message + " (" + fields + ")";
    }

    private static String shown(String text) {
        return text.length() > SHOWN ? text.substring(0, SHOWN) + "..." : text;
    }
}
