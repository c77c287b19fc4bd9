package dev.tradewind.job.placement;

import static dev.tradewind.job.placement.Story.HOUR;
import static dev.tradewind.job.placement.Story.MINUTE;
import static dev.tradewind.job.placement.Story.away;
import static dev.tradewind.job.placement.Story.catalog;
import static dev.tradewind.job.placement.Story.drained;
import static dev.tradewind.job.placement.Story.failingOver;
import static dev.tradewind.job.placement.Story.labelled;
import static dev.tradewind.job.placement.Story.policy;
import static dev.tradewind.job.placement.Story.site;
import static dev.tradewind.job.placement.Story.sized;
import static dev.tradewind.job.placement.Story.spec;

import dev.tradewind.job.views.SeriesView;
import dev.tradewind.model.SignalNames;
import dev.tradewind.model.catalog.Catalog;
import dev.tradewind.model.catalog.Policy;
import dev.tradewind.model.catalog.Site;
import dev.tradewind.model.wire.Command;
import dev.tradewind.model.wire.Detection;
import dev.tradewind.model.wire.Outcome;
import dev.tradewind.model.wire.Outcome.Status;
import dev.tradewind.model.wire.Placement.Phase;
import dev.tradewind.model.wire.WorkloadRequest.Action;
import dev.tradewind.model.wire.WorkloadSpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * What people, feeds, sites, actuators and clocks may do, by chance: one event after the other for
 * a {@link Story}. The same seed gives the same events.
 */
final class RandomFleet {
    static final List<String> SITES = List.of("frankfurt", "oslo", "paris");

    static final List<String> WORKLOADS = List.of("shop/a", "shop/b", "shop/c", "shop/d", "shop/e");

    /** Issues again seldom, or nothing else would happen. */
    private static final PlacementConfig PATIENT =
            new PlacementConfig(600_000, 3_600_000, 30_000, 1_800_000, HOUR, 120_000, 64, 100);

    private static final String JOB =
            "{\"apiVersion\":\"batch/v1\",\"kind\":\"Job\",\"metadata\":{\"name\":\"report\"},\"spec\":{\"template\":{\"spec\":{\"restartPolicy\":\"Never\",\"containers\":[{\"name\":\"a\",\"image\":\"i\"}]}}}}";

    private static final List<Status> LIKELY =
            List.of(
                    Status.accepted,
                    Status.completed,
                    Status.completed,
                    Status.completed,
                    Status.rolledBack,
                    Status.refused,
                    Status.failed,
                    Status.finished,
                    Status.retrying);

    private final Random random;

    /** In two fleets of three most commands succeed, or little would ever run. */
    private final boolean lucky;

    final Story story;

    RandomFleet(long seed) {
        random = new Random(seed);
        lucky = random.nextInt(3) > 0;
        story = new Story(randomCatalog(), PATIENT);
        hoursToCome();
        for (String workload : WORKLOADS) {
            story.submit(workload, randomSpec());
        }
        if (lucky) {
            story.completeAll();
        }
    }

    void event() {
        String workload = one(WORKLOADS);
        switch (random.nextInt(26)) {
            case 0, 1, 2 -> story.submit(workload, randomSpec());
            case 3, 4 -> request(workload);
            case 5, 6, 7, 8, 9, 10 -> outcome();
            case 11, 12 -> story.price(one(SITES), random.nextInt(900) - 100);
            case 13 -> forecast();
            case 14, 15 -> story.pass((long) (random.nextDouble() * 2 * HOUR) + MINUTE);
            case 16, 17 ->
                    story.detection(
                            random.nextBoolean() ? Detection.Kind.fired : Detection.Kind.cleared,
                            one(List.of("dear", "storm", "hold", "release")),
                            one(SITES),
                            random.nextBoolean() ? null : HOUR);
            case 18, 19, 20 -> reach();
            case 21 -> ends();
            case 22 -> again();
            case 23, 24 -> hoursToCome();
            default -> {
                switch (random.nextInt(6)) {
                    case 0, 1 -> story.catalog(randomCatalog());
                    case 2 -> story.restart();
                    // a machine that slept, and one whose clock is put back
                    case 3 -> story.wall += random.nextInt(6) * HOUR;
                    case 4 -> story.wall -= random.nextInt(2 * (int) HOUR);
                    default -> {}
                }
            }
        }
    }

    /** A site stops answering, or answers again. */
    private void reach() {
        String site = one(SITES);
        boolean answers = story.reach.isSilent(site) && random.nextBoolean();
        for (int i = 0; i < (answers ? 1 : 1 + random.nextInt(Reach.SILENT_AFTER + 2)); i++) {
            story.heard(site, answers ? null : "connection refused");
        }
    }

    private void request(String workload) {
        Action action = random.nextInt(4) == 0 ? Action.move : one(List.of(Action.values()));
        boolean site = action == Action.pin || action == Action.move;
        boolean spec = action == Action.submit || action == Action.update;
        story.request(
                action,
                workload,
                spec ? randomSpec() : null,
                site ? one(SITES) : null,
                action == Action.pin && random.nextBoolean()
                        ? Instant.ofEpochMilli(story.now() + HOUR)
                        : null);
    }

    /** What became of a command under way. */
    private void outcome() {
        List<Command> busy =
                story.states.values().stream()
                        .filter(state -> state.errand() != null)
                        .map(state -> state.errand().command())
                        .toList();
        if (busy.isEmpty()) {
            return;
        }
        Command command = one(busy);
        switch (random.nextInt(10)) {
            case 0 ->
                    story.outcome(
                            told(
                                    command,
                                    Status.refused,
                                    random.nextBoolean() ? "foundElsewhere" : "foundStopped",
                                    one(SITES)));
            case 1 ->
                    story.outcome(
                            told(command, Status.completed, "done", about(command))
                                    .leaving(List.of(one(SITES))));
            default -> {
                Status status = lucky && random.nextInt(5) > 0 ? Status.completed : one(LIKELY);
                if (status == Status.finished && command.action() != Command.Action.run) {
                    // nothing that stops it tells of its end
                    status = Status.completed;
                }
                story.outcome(told(command, status, "as told", about(command)));
            }
        }
    }

    /** A workload comes to its end, well or not, whether that was to be expected or not. */
    private void ends() {
        List<WorkloadState> running =
                story.states.values().stream()
                        .filter(s -> s.phase() == Phase.running && s.errand() == null)
                        .toList();
        if (!running.isEmpty()) {
            WorkloadState state = one(running);
            story.outcome(
                    new Outcome(
                            state.memory().lastCommandId(),
                            state.workload(),
                            state.epoch(),
                            random.nextBoolean() ? Status.finished : Status.failed,
                            null,
                            state.site(),
                            Instant.ofEpochMilli(story.wall),
                            null,
                            null,
                            "by itself"));
        }
    }

    /** What was told already comes once more, or an old command is heard of. */
    private void again() {
        if (!story.outcomes.isEmpty() && random.nextBoolean()) {
            story.outcome(one(story.outcomes));
        } else if (!story.commands.isEmpty()) {
            Command command = one(story.commands);
            WorkloadState state = story.state(command.workload());
            if (state != null && command.epoch() < state.epoch()) {
                story.outcome(told(command, one(List.of(Status.values())), "late", about(command)));
            }
        }
    }

    private static String about(Command command) {
        return command.to() == null ? command.from() : command.to();
    }

    private Outcome told(Command command, Status status, String step, String site) {
        return new Outcome(
                command.commandId(),
                command.workload(),
                command.epoch(),
                status,
                step,
                site,
                Instant.ofEpochMilli(story.wall),
                null,
                null,
                "as told");
    }

    /** Of any time, made at any time, with holes, overlaps and what is no number. */
    private void forecast() {
        long step = (1 + random.nextInt(90)) * MINUTE;
        int points = 1 + random.nextInt(48);
        long[] starts = new long[points];
        long[] ends = new long[points];
        double[] values = new double[points];
        long from = story.now() + (random.nextInt(90) - 30) * 20 * MINUTE;
        for (int k = 0; k < points; k++) {
            starts[k] = from + k * step + random.nextInt(3) * MINUTE;
            ends[k] = starts[k] + (random.nextInt(10) == 0 ? 0 : step);
            values[k] = random.nextInt(20) == 0 ? Double.NaN : random.nextInt(900) - 100;
        }
        story.view(
                SeriesView.forecast(
                        false,
                        one(SITES) + "-zone",
                        SignalNames.PRICE,
                        story.now() + (random.nextInt(48) - 24) * HOUR,
                        starts,
                        ends,
                        values,
                        "source-" + random.nextInt(3)));
    }

    /** It is known everywhere: cheap, then dear for some hours, at all sites alike or by turns. */
    private void hoursToCome() {
        boolean alike = random.nextBoolean();
        int cheap = 1 + random.nextInt(2);
        int dear = cheap + 1 + random.nextInt(3);
        long hour = Math.floorDiv(story.now(), HOUR) * HOUR;
        for (String site : SITES) {
            if (!alike) {
                cheap = random.nextInt(4);
                dear = cheap + random.nextInt(6);
            }
            double[] hourly = new double[12];
            for (int k = 0; k < hourly.length; k++) {
                hourly[k] = (k >= cheap && k < dear ? 700 : 20) + random.nextInt(20);
            }
            story.forecast(site, hour, hourly);
            story.price(site, hourly[0]);
        }
    }

    private WorkloadSpec randomSpec() {
        int hours = 1 + random.nextInt(3);
        WorkloadSpec.Schedule schedule =
                random.nextInt(3) > 0
                        ? null
                        : new WorkloadSpec.Schedule(
                                random.nextBoolean()
                                        ? null
                                        : Instant.ofEpochMilli(
                                                story.now() + random.nextInt(3) * HOUR),
                                Instant.ofEpochMilli(
                                        story.now() + (hours + 2 + random.nextInt(6)) * HOUR),
                                "PT" + hours + "H",
                                random.nextInt(3) > 0);
        // to a site, or to where its inputs are produced
        boolean near = random.nextInt(3) == 0;
        boolean inputs = random.nextBoolean();
        WorkloadSpec.Topics topics =
                near && inputs ? new WorkloadSpec.Topics(one(SITES), List.of("in"), null) : null;
        WorkloadSpec.Latency latency =
                near
                        ? new WorkloadSpec.Latency(
                                inputs ? null : one(SITES), (10 + 10 * random.nextInt(5)) + " ms")
                        : null;
        WorkloadSpec.Move move =
                random.nextInt(3) > 0
                        ? null
                        : new WorkloadSpec.Move(
                                null,
                                "PT30S",
                                "0.10 EUR",
                                "PT" + (1 + random.nextInt(4)) + "H",
                                null);
        return spec().updatedBy(
                        new WorkloadSpec(
                                null,
                                random.nextInt(4) == 0 ? List.of(JOB) : null,
                                demand(),
                                (1 + random.nextInt(6)) * 0.5 + " kW",
                                topics,
                                null,
                                random.nextBoolean() ? null : "site.labels.jurisdiction == 'gdpr'",
                                null,
                                latency,
                                schedule,
                                move));
    }

    private Map<String, String> demand() {
        String cpu = Integer.toString(1 + random.nextInt(12));
        return random.nextInt(4) == 0
                ? Map.of("cpu", cpu)
                : Map.of("cpu", cpu, "memory", (1 + random.nextInt(16)) + "Gi");
    }

    private Catalog randomCatalog() {
        List<Site> sites = new ArrayList<>();
        for (String name : SITES) {
            Site site =
                    sized(
                            site(name),
                            8 + random.nextInt(30),
                            random.nextInt(4) == 0
                                    ? null
                                    : Double.valueOf((8 + random.nextInt(32)) * 0x1p30),
                            random.nextInt(4) == 0
                                    ? null
                                    : Double.valueOf(2_000 + random.nextInt(6_000)));
            Map<String, Double> millis = new HashMap<>();
            for (String other : SITES) {
                if (!other.equals(name) && random.nextInt(3) > 0) {
                    millis.put(other, 10.0 + random.nextInt(50));
                }
            }
            site = away(site, millis);
            if (random.nextInt(4) == 0) {
                site = labelled(site, Map.of("jurisdiction", "other"));
            }
            if (random.nextInt(6) == 0) {
                site = drained(site);
            }
            if (random.nextInt(8) > 0 || sites.isEmpty()) {
                sites.add(site);
            }
        }
        Policy policy =
                policy(random.nextInt(8) == 0, false, 1 + random.nextInt(3), 1 + random.nextInt(2));
        return catalog(
                random.nextBoolean() ? failingOver(policy) : policy, sites.toArray(Site[]::new));
    }

    private <T> T one(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }
}
