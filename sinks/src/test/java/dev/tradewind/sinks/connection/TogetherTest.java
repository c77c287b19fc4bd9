package dev.tradewind.sinks.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tradewind.sinks.port.PortException;
import dev.tradewind.sinks.port.PortException.Kind;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What is asked at the same time is asked once, and nobody gets an answer older than his question.
 */
class TogetherTest {
    private static final long PATIENT = 60_000;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Set<String>> asked = new CopyOnWriteArrayList<>();
    private final CountDownLatch held = new CountDownLatch(1);
    private final Together<Set<String>, Set<String>> together =
            new Together<>("oslo", TogetherTest::both);

    @AfterEach
    void end() {
        held.countDown();
        threads.shutdownNow();
    }

    private static Set<String> both(Set<String> a, Set<String> b) {
        Set<String> all = new TreeSet<>(a);
        all.addAll(b);
        return all;
    }

    /** The first one is held; who is refused is refused. */
    private Set<String> answer(Set<String> question, String refused, Kind kind)
            throws PortException {
        asked.add(question);
        if (question.equals(Set.of("held"))) {
            try {
                held.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        if (question.contains(refused)) {
            throw new PortException(kind, "oslo", "no " + refused);
        }
        return question;
    }

    private Future<Set<String>> ask(String what, String refused, Kind kind, long millis) {
        return threads.submit(
                () ->
                        together.ask(
                                Set.of(what),
                                q -> answer(q, refused, kind),
                                Deadline.in("oslo", millis)));
    }

    private Future<Set<String>> ask(String what) {
        return ask(what, "nothing", Kind.REFUSED, PATIENT);
    }

    private static void until(BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENT);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    /** Those who wait for the next call, which has not begun. */
    private void untilWaiting(int count) {
        until(() -> together.waiting() == count);
    }

    @Test
    void whoIsAloneAsksAtOnce() throws Exception {
        assertThat(ask("a").get()).containsExactly("a");
        assertThat(ask("b").get()).containsExactly("b");
        assertThat(asked).containsExactly(Set.of("a"), Set.of("b"));
    }

    @Test
    void whatIsUnderWayIsNotSharedAndWhatComesNextIs() throws Exception {
        Future<Set<String>> first = ask("held");
        until(() -> asked.size() == 1);
        Future<Set<String>> second = ask("a");
        untilWaiting(1);
        Future<Set<String>> third = ask("b");
        untilWaiting(2);
        held.countDown();
        assertThat(first.get()).containsExactly("held");
        assertThat(second.get()).containsExactly("a", "b");
        assertThat(third.get()).isSameAs(second.get());
        assertThat(asked).containsExactly(Set.of("held"), Set.of("a", "b"));
    }

    @Test
    void whatIsRefusedToOneIsNotRefusedToAll() throws Exception {
        ask("held");
        until(() -> asked.size() == 1);
        Future<Set<String>> wrong = ask("wrong", "wrong", Kind.REFUSED, PATIENT);
        untilWaiting(1);
        Future<Set<String>> right = ask("right", "wrong", Kind.REFUSED, PATIENT);
        untilWaiting(2);
        held.countDown();
        assertThat(right.get()).containsExactly("right");
        assertThatThrownBy(wrong::get).hasMessageContaining("no wrong");
    }

    @Test
    void aSiteThatDoesNotAnswerIsAskedOnceForAll() throws Exception {
        ask("held");
        until(() -> asked.size() == 1);
        Future<Set<String>> one = ask("down", "down", Kind.UNREACHABLE, PATIENT);
        untilWaiting(1);
        Future<Set<String>> two = ask("b", "down", Kind.UNREACHABLE, PATIENT);
        untilWaiting(2);
        held.countDown();
        assertThatThrownBy(one::get).hasMessageContaining("no down");
        assertThatThrownBy(two::get).hasMessageContaining("no down");
        assertThat(asked).hasSize(2);
    }

    @Test
    void anErrorLeavesTheWayFree() throws Exception {
        Future<Set<String>> dies =
                threads.submit(
                        () ->
                                together.ask(
                                        Set.of("a"),
                                        q -> {
                                            throw new StackOverflowError();
                                        },
                                        Deadline.in("oslo", PATIENT)));
        assertThatThrownBy(dies::get).hasCauseInstanceOf(StackOverflowError.class);
        assertThat(ask("b").get(PATIENT, TimeUnit.MILLISECONDS)).containsExactly("b");
    }

    @Test
    void whoHasWaitedTooLongLeavesTheWayFree() throws Exception {
        Future<Set<String>> first = ask("held");
        until(() -> asked.size() == 1);
        Future<Set<String>> short1 = ask("a", "nothing", Kind.REFUSED, 50);
        assertThatThrownBy(short1::get)
                .isInstanceOf(ExecutionException.class)
                .hasMessageContaining("did not answer another in time");
        Future<Set<String>> later = ask("b");
        untilWaiting(1);
        held.countDown();
        assertThat(first.get()).containsExactly("held");
        assertThat(later.get()).containsExactly("b");
    }
}
