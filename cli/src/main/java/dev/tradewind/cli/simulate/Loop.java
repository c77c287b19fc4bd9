package dev.tradewind.cli.simulate;

import java.util.concurrent.Callable;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * A machine's threads, in virtual time: what is scheduled is done when its time has come, unless
 * the machine is dead then.
 */
final class Loop extends Threadless implements ScheduledExecutorService {
    private final Machine machine;
    private final Clockwork clockwork;

    Loop(Machine machine, Clockwork clockwork) {
        this.machine = machine;
        this.clockwork = clockwork;
    }

    @Override
    public void execute(Runnable task) {
        clockwork.in(0, () -> run(task));
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
        clockwork.in(unit.toMillis(delay), () -> run(task));
        return null;
    }

    private void run(Runnable task) {
        if (isShutdown() || !machine.alive()) {
            return;
        }
        if (machine.paused()) {
            clockwork.in(machine.pausedFor(), () -> run(task));
            return;
        }
        try {
            task.run();
        } catch (Crash crash) {
            // as far as it came
        }
    }

    @Override
    public <V> ScheduledFuture<V> schedule(Callable<V> task, long delay, TimeUnit unit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public ScheduledFuture<?> scheduleAtFixedRate(
            Runnable task, long first, long every, TimeUnit unit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public ScheduledFuture<?> scheduleWithFixedDelay(
            Runnable task, long first, long delay, TimeUnit unit) {
        throw new UnsupportedOperationException();
    }

    /** Does at once what it is given, on the caller's behalf. */
    static final class AtOnce extends Threadless {
        @Override
        public void execute(Runnable task) {
            task.run();
        }
    }
}
