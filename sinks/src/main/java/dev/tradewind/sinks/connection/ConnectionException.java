package dev.tradewind.sinks.connection;

/**
 * A connection that is missing or can't be read. The message names the file and the line and says
 * what was expected; it never holds what a credential file holds.
 */
public final class ConnectionException extends RuntimeException {
    public ConnectionException(String message) {
        super(message);
    }

    public ConnectionException(String message, Throwable cause) {
        super(message, cause);
    }
}
