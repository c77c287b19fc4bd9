package dev.tradewind.testbed.app;

import java.util.Map;

/** What runs in a container. */
public interface App {
    /** The image, with any tag, that stands for these applications. */
    String IMAGE = "tradewind/testbed-app";

    /** The exit code of a process that SIGTERM ended before it was done. */
    int TERMINATED = 143;

    /**
     * Runs until it is done, stopped, killed or failed.
     *
     * @return the exit code; 0 when it is done or stopped in order
     * @throws Exception what ended it, which a container reports as exit code 1
     */
    int run() throws Exception;

    /** SIGTERM: finish what is begun, then end. Returns at once. */
    void stop();

    /** SIGKILL: end as it stands. Returns at once. */
    void kill();

    /**
     * The application that a container's environment describes.
     *
     * @throws IllegalArgumentException naming the variable that is missing or wrong
     */
    static App of(Map<String, String> environment) {
        Settings settings = Settings.of(environment);
        return switch (settings.mode()) {
            case GROUP, LOG -> new StreamApp(settings);
            case BATCH -> new BatchApp(settings.work());
        };
    }
}
