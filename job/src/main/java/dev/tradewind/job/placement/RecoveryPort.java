package dev.tradewind.job.placement;

import java.io.Serializable;
import java.util.List;
import java.util.Map;

/**
 * How a job that starts without state learns what is where. Asked before anything is decided, and
 * again while there are sites that could not be asked; then on another thread.
 */
@FunctionalInterface
public interface RecoveryPort extends Serializable {

    /**
     * Everything that is known outside of the job; empty where there is nothing.
     *
     * @param connections by site the name of its connection, as the first catalog has it
     * @throws Exception where it can't be known: the job must not decide then
     */
    List<Recovered> recover(Map<String, String> connections) throws Exception;
}
