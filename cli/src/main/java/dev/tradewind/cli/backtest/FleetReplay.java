package dev.tradewind.cli.backtest;

import dev.tradewind.job.placement.ActiveDetections;
import dev.tradewind.job.placement.Fleet;
import dev.tradewind.job.placement.FleetRounds;
import dev.tradewind.job.placement.PlacementConfig;
import dev.tradewind.job.placement.PlacementCore;
import dev.tradewind.job.placement.Step;
import dev.tradewind.job.placement.WorkloadState;
import dev.tradewind.job.placement.World;
import dev.tradewind.job.plan.SiteViews;
import dev.tradewind.job.plan.WorkloadFacts;
import dev.tradewind.model.EnergyClock;
import dev.tradewind.model.catalog.Catalog;
import dev.tradewind.model.wire.Command;
import dev.tradewind.model.wire.Decision;
import dev.tradewind.model.wire.Decision.Verdict;
import dev.tradewind.model.wire.Detection;
import dev.tradewind.model.wire.Outcome;
import dev.tradewind.model.wire.Placement.Phase;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.function.DoubleConsumer;
import java.util.function.Supplier;

/**
 * A fleet through a timeline, decided for by the job's own placement core: its views of sites, its
 * planner, its rules, its room, and where room is scarce its plans of the fleet. Only what a
 * command does is played: it is done at once.
 */
final class FleetReplay {
    private static final long NEVER = Long.MAX_VALUE;

    /**
     * What a rule led to.
     *
     * @param moves and starts that it asked for
     * @param stays where it kept a workload, or asked and was told no
     */
    record Asked(int moves, int stays) {
        Asked plus(boolean move) {
            return new Asked(moves + (move ? 1 : 0), stays + (move ? 0 : 1));
        }
    }

    /**
     * @param stints of each workload, in the order of the fares
     * @param asked by rule
     * @param plans of the fleet; none where no site has a limit
     */
    record Outing(List<List<Stint>> stints, Map<String, Asked> asked, FleetPlans plans) {}

    /** A workload on its way. */
    private static final class Rider {
        final Fare fare;
        final List<Stint> stints = new ArrayList<>();
        WorkloadState state;
        int site = -1;
        long since;
        long workedMillis;
        long endsAt = NEVER;
        boolean done;

        Rider(Fare fare) {
            this.fare = fare;
        }
    }

    private record Wake(long atMillis, int rider) {}

    private final Catalog catalog;
    private final Timeline timeline;
    private final List<Detection> detections;
    private final PlacementCore core = new PlacementCore(PlacementConfig.DEFAULT);
    private final FleetRounds rounds = new FleetRounds(core);
    private final Map<String, Integer> index = new HashMap<>();
    private final SiteViews views = new SiteViews();
    private final ActiveDetections active = new ActiveDetections();
    private final Fleet fleet = new Fleet();
    private final List<Rider> riders = new ArrayList<>();
    private final PriorityQueue<Wake> wakes =
            new PriorityQueue<>(
                    Comparator.comparingLong(Wake::atMillis).thenComparingInt(Wake::rider));
    private final Map<String, Asked> asked = new HashMap<>();
    private final FleetPlans.Count plans = new FleetPlans.Count();
    private boolean freed;
    private long now;
    private World world;

    /**
     * @param detections of the catalog's rules, in order of time
     */
    FleetReplay(Catalog catalog, Timeline timeline, List<Detection> detections) {
        this.catalog = catalog;
        this.timeline = timeline;
        this.detections = detections;
    }

    /**
     * To be called once.
     *
     * @param progress hears which part is done, 0 to 1
     */
    Outing run(List<Fare> fares, DoubleConsumer progress) {
        fares.forEach(fare -> riders.add(new Rider(fare)));
        long[] steps = timeline.steps();
        long begin = steps.length == 0 ? 0 : steps[0];
        long end = steps.length == 0 ? 0 : steps[steps.length - 1];
        List<Timeline.News> news = timeline.news();
        int nextNews = 0;
        int nextDetection = 0;
        now = begin;
        for (int i = 0; i < riders.size(); i++) {
            Fare.Window window = riders.get(i).fare.window();
            wakes.add(new Wake(window == null ? begin : window.firstMillis(), i));
            index.put(riders.get(i).fare.workload(), i);
        }
        while (true) {
            long at = end;
            if (nextNews < news.size()) {
                at = Math.min(at, Math.max(begin, news.get(nextNews).atMillis()));
            }
            if (nextDetection < detections.size()) {
                at = Math.min(at, at(detections.get(nextDetection)));
            }
            if (!wakes.isEmpty()) {
                at = Math.min(at, wakes.peek().atMillis());
            }
            if (at >= end) {
                break;
            }
            now = Math.max(now, at);
            world = null;
            boolean told = false;
            for (; nextNews < news.size() && news.get(nextNews).atMillis() <= now; nextNews++) {
                views.apply(news.get(nextNews).view());
                told = true;
            }
            if (told) {
                news();
            }
            while (nextDetection < detections.size() && at(detections.get(nextDetection)) <= now) {
                detected(detections.get(nextDetection++));
            }
            while (!wakes.isEmpty() && wakes.peek().atMillis() <= now) {
                wake(wakes.poll());
            }
            // whoever came or went may have made the plan an old one
            admit(plan());
            settle();
            progress.accept((double) (now - begin) / (end - begin));
        }
        for (Rider rider : riders) {
            leave(rider, end);
        }
        progress.accept(1);
        return new Outing(
                riders.stream().map(rider -> List.copyOf(rider.stints)).toList(),
                asked,
                plans.counted());
    }

    private static long at(Detection detection) {
        return detection.at().toEpochMilli();
    }

    /** What waits for an hour may find a better one. */
    private void news() {
        for (int i = 0; i < riders.size(); i++) {
            WorkloadState state = riders.get(i).state;
            if (state != null
                    && (state.phase() == Phase.waiting || state.memory().leaveAtMillis() != 0)) {
                apply(i, core.onView(world(), state));
            }
        }
    }

    private void detected(Detection detection) {
        active.apply(detection);
        world = null;
        rounds.onDetection(detection);
        Set<String> granted = plan();
        for (int i = 0; i < riders.size(); i++) {
            if (riders.get(i).state != null) {
                apply(i, core.onDetection(world(), riders.get(i).state, detection));
            }
        }
        admit(granted);
    }

    private Set<String> plan() {
        Set<String> granted =
                rounds.plan(
                        world(),
                        () ->
                                riders.stream()
                                        .map(rider -> rider.state)
                                        .filter(state -> state != null)
                                        .iterator());
        plans.holds(rounds.planning(world()));
        return granted;
    }

    private void admit(Set<String> granted) {
        for (String workload : granted) {
            int at = index.get(workload);
            if (riders.get(at).state != null) {
                apply(at, core.onNews(world(), riders.get(at).state, true));
            }
        }
    }

    private void wake(Wake wake) {
        Rider rider = riders.get(wake.rider);
        if (rider.done) {
            return;
        }
        if (rider.state == null) {
            submit(wake.rider);
        } else if (rider.endsAt == wake.atMillis) {
            finish(wake.rider);
        } else if (rider.state.memory().wakeWallMillis() == wake.atMillis) {
            admit(plan());
            if (rider.state.memory().wakeWallMillis() != wake.atMillis) {
                return;
            }
            apply(wake.rider, core.onWake(world(), rider.state));
        }
    }

    private void submit(int index) {
        Rider rider = riders.get(index);
        Fare fare = rider.fare;
        if (fare.window() == null) {
            WorkloadState state =
                    WorkloadState.running(
                            fare.workload(),
                            fare.spec(),
                            fare.sites().get(fare.start()).name(),
                            now);
            fleet.put(state, fare.facts());
            arrive(index, fare.start());
            rider.state = state;
        } else {
            rider.state = WorkloadState.submitted(fare.workload(), fare.spec(), 0, now);
        }
        apply(index, core.onNews(world(), rider.state, false));
    }

    /** It has done its work. */
    private void finish(int index) {
        Rider rider = riders.get(index);
        leave(rider, now);
        rider.done = true;
        rider.state = null;
        fleet.remove(rider.fare.workload());
        rounds.gone(rider.fare.workload());
        freed = true;
    }

    private void apply(int index, Step step) {
        Rider rider = riders.get(index);
        keep(index, step);
        while (!rider.done && rider.state.errand() != null) {
            Command command = rider.state.errand().command();
            Outcome done =
                    new Outcome(
                            command.commandId(),
                            command.workload(),
                            command.epoch(),
                            Outcome.Status.completed,
                            null,
                            command.to(),
                            Instant.ofEpochMilli(now),
                            null,
                            null,
                            null);
            freed = true;
            keep(index, core.onOutcome(world(), rider.state, done));
        }
    }

    private void keep(int index, Step step) {
        Rider rider = riders.get(index);
        rider.state = step.state();
        WorkloadFacts facts = rider.fare.facts();
        fleet.put(step.state(), facts);
        boolean runs = rider.state.phase() == Phase.running && rider.state.errand() == null;
        if (runs) {
            arrive(index, rider.fare.indexOf(rider.state.site()));
        } else if (rider.state.phase() != Phase.moving && rider.state.phase() != Phase.running) {
            leave(rider, now);
        }
        rounds.looked(world(), step);
        long wakeAt = rider.state.memory().wakeWallMillis();
        if (wakeAt != 0) {
            wakes.add(new Wake(Math.max(now, wakeAt), index));
        }
        step.decisions().forEach(this::count);
    }

    private void count(Decision decision) {
        if (decision.ruleId() != null) {
            boolean moves =
                    decision.verdict() == Verdict.move || decision.verdict() == Verdict.start;
            asked.merge(
                    decision.ruleId(),
                    new Asked(0, 0).plus(moves),
                    (a, b) -> new Asked(a.moves + b.moves, a.stays + b.stays));
        }
    }

    private void arrive(int index, int site) {
        Rider rider = riders.get(index);
        if (rider.site == site) {
            return;
        }
        if (site < 0) {
            throw new IllegalStateException(
                    rider.fare.workload() + " was sent where it may not be: " + rider.state.site());
        }
        leave(rider, now);
        rider.site = site;
        rider.since = now;
        Fare.Window window = rider.fare.window();
        if (window != null) {
            rider.endsAt = now + Math.max(1, window.durationMillis() - rider.workedMillis);
            wakes.add(new Wake(rider.endsAt, index));
        }
    }

    private static void leave(Rider rider, long at) {
        if (rider.site < 0) {
            return;
        }
        if (at > rider.since) {
            rider.stints.add(new Stint(rider.site, rider.since, at));
            rider.workedMillis += at - rider.since;
        }
        rider.site = -1;
        rider.endsAt = NEVER;
    }

    /** Those that waited for room, or for other moves to end, are asked again, as in the job. */
    private void settle() {
        while (freed) {
            freed = false;
            Supplier<String> waiting = rounds.waiting(this::world);
            for (String next; (next = waiting.get()) != null; ) {
                int at = index.get(next);
                apply(at, core.onNews(world(), riders.get(at).state, true));
            }
        }
    }

    private World world() {
        if (world == null) {
            world = new World(catalog, views, active, fleet, EnergyClock.WALL, now);
        }
        return world;
    }
}
