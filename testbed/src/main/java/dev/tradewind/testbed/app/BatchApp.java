package dev.tradewind.testbed.app;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Work that takes a given time and no CPU, as a stand-in for a batch job. */
final class BatchApp implements App {
    private final Duration work;
    private final CountDownLatch stopped = new CountDownLatch(1);

    BatchApp(Duration work) {
        this.work = work;
    }

    @Override
    public int run() throws InterruptedException {
        return stopped.await(work.toMillis(), TimeUnit.MILLISECONDS) ? TERMINATED : 0;
    }

    @Override
    public void stop() {
        stopped.countDown();
    }

    @Override
    public void kill() {
        stopped.countDown();
    }
}
