package dev.tradewind.cli.bench;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Processor time and bytes allocated by all threads that were born during a run: those of the job,
 * its Kafka client with it. The broker's threads are older; those of the collector and the compiler
 * are no Java threads. Other programs on the machine make a run slow, but hardly change these.
 *
 * @param nanos processor time
 * @param bytes allocated on the heap
 */
record Costs(long nanos, long bytes) {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /**
     * A thread's figures go with it, and some end before the run does: so it looks every so often.
     */
    static final class Watch extends Thread {
        private static final long EVERY_MILLIS = 20;

        private final Set<Long> before = ids();
        private final Map<Long, Costs> each = new HashMap<>();
        private volatile boolean over;

        Watch() {
            super("costs");
            setDaemon(true);
        }

        private static Set<Long> ids() {
            return Arrays.stream(THREADS.getAllThreadIds()).boxed().collect(Collectors.toSet());
        }

        @Override
        public void run() {
            try {
                while (!over) {
                    look();
                    Thread.sleep(EVERY_MILLIS);
                }
            } catch (InterruptedException e) {
                // The run is over.
            }
        }

        private synchronized void look() {
            long[] ids = THREADS.getAllThreadIds();
            long[] nanos = THREADS.getThreadCpuTime(ids);
            long[] bytes = THREADS.getThreadAllocatedBytes(ids);
            for (int i = 0; i < ids.length; i++) {
                // A thread that has just ended says -1.
                if (nanos[i] > 0 && ids[i] != getId() && !before.contains(ids[i])) {
                    each.put(ids[i], new Costs(nanos[i], bytes[i]));
                }
            }
        }

        /** What they cost until now. */
        Costs total() {
            look();
            over = true;
            return each.values().stream()
                    .reduce(
                            new Costs(0, 0),
                            (a, b) -> new Costs(a.nanos + b.nanos, a.bytes + b.bytes));
        }
    }
}
