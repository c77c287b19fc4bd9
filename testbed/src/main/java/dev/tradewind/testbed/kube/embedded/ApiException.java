package dev.tradewind.testbed.kube.embedded;

import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** A refusal, in the form in which a Kubernetes API answers it: HTTP code, reason and message. */
final class ApiException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int code;
    private final String reason;
    private final transient ArrayNode causes;

    ApiException(int code, String reason, String message) {
        this(code, reason, message, null);
    }

    ApiException(int code, String reason, String message, ArrayNode causes) {
        super(message);
        this.code = code;
        this.reason = reason;
        this.causes = causes;
    }

    static ApiException notFound(Kind kind, String name) {
        return new ApiException(404, "NotFound", kind.qualified() + " \"" + name + "\" not found");
    }

    static ApiException exists(Kind kind, String name) {
        return new ApiException(
                409, "AlreadyExists", kind.qualified() + " \"" + name + "\" already exists");
    }

    static ApiException modified(Kind kind, String name) {
        return new ApiException(
                409,
                "Conflict",
                "Operation cannot be fulfilled on "
                        + kind.qualified()
                        + " \""
                        + name
                        + "\": the object has been modified; please apply your changes to the"
                        + " latest version and try again");
    }

    static ApiException badRequest(String message) {
        return new ApiException(400, "BadRequest", message);
    }

    static ApiException invalid(Kind kind, String name, String field, String message) {
        ArrayNode causes = JsonNodeFactory.instance.arrayNode();
        causes.addObject()
                .put("reason", "FieldValueInvalid")
                .put("message", message)
                .put("field", field);
        return new ApiException(
                422,
                "Invalid",
                kind.name() + " \"" + name + "\" is invalid: " + field + ": " + message,
                causes);
    }

    int code() {
        return code;
    }

    /** The {@code Status} object that goes out as the body. */
    ObjectNode status() {
        ObjectNode status = JsonNodeFactory.instance.objectNode();
        status.put("kind", "Status").put("apiVersion", "v1").putObject("metadata");
        status.put("status", "Failure")
                .put("message", getMessage())
                .put("reason", reason)
                .put("code", code);
        if (causes != null) {
            status.putObject("details").set("causes", causes);
        }
        return status;
    }
}
