package dev.tradewind.cli.chaos;

import dev.tradewind.cli.Stage;
import dev.tradewind.sinks.handover.StepKind;
import dev.tradewind.testbed.TestbedSite;
import dev.tradewind.testbed.kube.KubeApi;
import dev.tradewind.testbed.linking.Fault;
import dev.tradewind.testbed.linking.Fault.Target;
import dev.tradewind.testbed.net.Wire;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * What befalls a move.
 *
 * @param name as the table of counts has it
 * @param before it lies in wait from before the move on, until what is waited for is told;
 *     otherwise it strikes when that is told
 * @param after the step that is then told to be done; {@link StepKind#CHECK}: as soon as the
 *     command is accepted; null: it ends with the move
 */
record Trouble(String name, boolean before, StepKind after, Blow blow) {

    /** How it is done. */
    interface Blow {
        Effect strike(Scene scene, String from, String to);
    }

    /**
     * @param end undoes it
     * @param felt whether somebody noticed until now
     */
    record Effect(Runnable end, BooleanSupplier felt) {
        static Effect felt(Runnable end) {
            return new Effect(end, () -> true);
        }
    }

    /** Each of these strikes, however often it has to be tried: it is to be at every step. */
    static final String TASK_MANAGER = "task manager killed";

    private static final Runnable NOTHING = () -> {};

    /** More than a call may take: it is given up by who waits for it. */
    private static final Duration SLOW = Duration.ofMillis(1_300);

    private static final String MIRROR_ACTIONS = "mirrors:";

    @Override
    public String toString() {
        return name + (after == null ? "" : (before ? " until " : " after ") + after.text());
    }

    static Stream<Trouble> taskManager(StepKind... after) {
        return each(
                TASK_MANAGER,
                (scene, from, to) -> {
                    int before = scene.restarts();
                    scene.job().loseTaskManager();
                    return new Effect(NOTHING, () -> scene.restarts() > before);
                },
                after);
    }

    static Stream<Trouble> kubernetes(boolean ofSource, StepKind... after) {
        return each(
                "way to the API server of the " + (ofSource ? "source" : "target") + " cut",
                (scene, from, to) -> cut(List.of(scene.site(ofSource ? from : to).kubeWire())),
                after);
    }

    /** It is killed; what it has stored stays. */
    static Stream<Trouble> apiServer(boolean ofSource, StepKind... after) {
        return each(
                "API server of the " + (ofSource ? "source" : "target") + " killed",
                (scene, from, to) -> {
                    KubeApi api = scene.site(ofSource ? from : to).kube();
                    long before = scene.retried();
                    api.kill();
                    return new Effect(api::revive, () -> scene.retried() > before);
                },
                after);
    }

    /** Nobody can read the logs of the one, which is where its links lead to; or of any. */
    static Stream<Trouble> network(boolean ofSourceAlone, StepKind... after) {
        return each(
                "network " + (ofSourceAlone ? "out of the source" : "between all sites") + " cut",
                (scene, from, to) ->
                        cut(
                                ofSourceAlone
                                        ? List.of(scene.site(from).peersWire())
                                        : scene.sites().stream()
                                                .map(TestbedSite::peersWire)
                                                .toList()),
                after);
    }

    private static Effect cut(List<Wire> wires) {
        long before = broken(wires);
        wires.forEach(Wire::cut);
        return new Effect(() -> wires.forEach(Wire::mend), () -> broken(wires) > before);
    }

    private static long broken(List<Wire> wires) {
        return wires.stream().mapToLong(Wire::broken).sum();
    }

    /** Any requests; the one that closes a group off; the one that makes a topic change sides. */
    static Stream<Trouble> requests(Fault.Kind kind) {
        Fault fault = Fault.of(kind).delayed(SLOW);
        return Stream.of(
                linking(StepKind.QUIESCE_SOURCE, () -> fault.times(3)),
                linking(null, () -> fault.at(Target.requests("PUT", "configs")).times(1)),
                linking(null, () -> fault.at(Target.requests("POST", MIRROR_ACTIONS)).times(1)));
    }

    static Stream<Trouble> topicErrors() {
        Target actions = Target.requests("POST", MIRROR_ACTIONS);
        return Stream.of(
                linking(null, () -> Fault.of(Fault.Kind.TOPIC_ERROR).at(actions).times(1)),
                linking(null, () -> Fault.of(Fault.Kind.TOPIC_ERROR).at(actions).times(2)));
    }

    /** From a step on, until it is ended. */
    static Stream<Trouble> lasting(Fault.Kind kind, StepKind... after) {
        return Stream.of(after).map(step -> linking(step, () -> Fault.of(kind)));
    }

    /** From before the move on, so that it can't get by, and for a while after a step is done. */
    static Stream<Trouble> inWait(Fault.Kind kind, StepKind until) {
        return Stream.of(linking(true, until, () -> Fault.of(kind)));
    }

    private static Trouble linking(StepKind after, Supplier<Fault> fault) {
        return linking(after == null, after, fault);
    }

    private static Trouble linking(boolean before, StepKind after, Supplier<Fault> fault) {
        return new Trouble(
                "Cluster Linking: " + fault.get().kind().word(),
                before,
                after,
                (scene, from, to) -> {
                    Fault armed = fault.get();
                    scene.sites().forEach(s -> s.linking().faults().arm(armed));
                    // what has no end of its own ends with the move
                    return new Effect(
                            after == null ? NOTHING : () -> clear(scene), () -> armed.struck() > 0);
                });
    }

    static void clear(Scene scene) {
        scene.sites().forEach(s -> s.linking().faults().clear());
    }

    /** Of the source, of the target, or of the site where the inputs are. */
    static Stream<Trouble> broker(String which, StepKind... after) {
        return each(
                "broker of the " + which + " stopped",
                (scene, from, to) -> {
                    TestbedSite site =
                            scene.site(
                                    switch (which) {
                                        case "source" -> from;
                                        case "target" -> to;
                                        default -> Stage.FIRST;
                                    });
                    site.stopKafka();
                    return Effect.felt(site::startKafka);
                },
                after);
    }

    static Stream<Trouble> node(boolean ofSource, StepKind... after) {
        return each(
                "node of the " + (ofSource ? "source" : "target") + " dead with its pods",
                (scene, from, to) -> {
                    TestbedSite site = scene.site(ofSource ? from : to);
                    boolean runs = site.agent().pods() > 0;
                    site.crashNode();
                    return new Effect(site::startAgent, () -> runs);
                },
                after);
    }

    private static Stream<Trouble> each(String name, Blow blow, StepKind... after) {
        return Stream.of(after).map(step -> new Trouble(name, false, step, blow));
    }
}
