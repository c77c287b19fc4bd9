package dev.tradewind.cli.simulate;

import dev.tradewind.job.placement.WorkloadState;
import dev.tradewind.model.wire.Placement.Phase;
import dev.tradewind.sinks.port.Mode;
import dev.tradewind.sinks.port.Noted;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.common.TopicPartition;

/** What must be so once everything has come to rest. */
final class Checks {
    private final World world;
    private final Job job;
    private final Map<String, WorkloadState> states;

    Checks(World world, Job job) {
        this.world = world;
        this.job = job;
        this.states = job.current().states();
    }

    static String states(Job job) {
        Map<String, String> told = new TreeMap<>();
        job.current()
                .states()
                .forEach(
                        (workload, state) ->
                                told.put(
                                        workload,
                                        state.phase()
                                                + (state.errand() == null
                                                        ? ""
                                                        : ", "
                                                                + state.errand()
                                                                        .command()
                                                                        .action())));
        return told.toString();
    }

    /** What runs has processed all that there is. */
    boolean allProcessed() {
        for (WorkloadState state : states.values()) {
            if (state.phase() == Phase.running && world.plan.withTopics()) {
                Topic in = world.site(world.plan.home()).kafka.topics.get(World.INPUT);
                Topic out =
                        world.site(state.site()).kafka.topics.get(World.output(state.workload()));
                boolean inexact =
                        world.announced.any(state.workload())
                                || world.takenBack.contains(state.workload())
                                || world.knowers.nobodyKnew(state.workload());
                if (out == null || (inexact ? !out.endsAs(in) : !out.equalTo(in))) {
                    return false;
                }
            }
        }
        return true;
    }

    /**
     * Workloads that stand still, and whose offsets a late request of Tradewind's own has written
     * over: by what is noted there their next start mends that. So it is part of the run.
     */
    List<String> behindTheirNotes() {
        return states.values().stream()
                .filter(state -> state.phase() == Phase.suspended && world.plan.group())
                .map(WorkloadState::workload)
                .filter(workload -> isBehind(workload, states.get(workload).site()))
                .toList();
    }

    private boolean isBehind(String workload, String site) {
        Noted noted = site == null ? null : world.app(site, workload).noted;
        String group = World.group(workload);
        return noted != null
                && noted.of(group).entrySet().stream()
                        .anyMatch(
                                e -> {
                                    TopicPartition at = e.getKey();
                                    Kafka kafka = world.site(site).kafka;
                                    return kafka.isOurs(group, at)
                                            && kafka.committed(group, at.topic(), at.partition())
                                                    != e.getValue();
                                });
    }

    void atRest() {
        for (String workload : world.plan.workloads()) {
            WorkloadState state = states.get(workload);
            world.tally.count("ended " + (state == null ? "gone" : state.phase()));
            if (state == null) {
                gone(workload);
            } else if (state.phase() == Phase.running && !world.batch.isJobs()) {
                runs(workload, state);
            } else {
                said(workload, state);
            }
            if (state != null && world.batch.isJobs()) {
                ends(workload, state);
            }
            if (state != null && world.plan.withTopics()) {
                records(workload, state);
            }
            if (state != null && state.phase() != Phase.failed && !state.abandoned().isEmpty()) {
                world.violate(
                        "%s was failed over from %s, which is not taken back",
                        workload, state.abandoned().keySet());
            }
        }
        for (WorkloadState state : states.values()) {
            if (!state.remains().isEmpty()) {
                world.violate(
                        "%s is withdrawn, but for what is left at %s",
                        state.workload(), state.remains());
            }
        }
        leftOver();
        world.epochs.older().forEach(each -> world.violate("%s", each));
    }

    private void gone(String workload) {
        for (Place site : world.sites.values()) {
            Deployed app = site.apps.get(workload);
            if (!app.things.isEmpty() || !app.pods.isEmpty()) {
                world.violate("%s is withdrawn, and its objects are at %s", workload, site.name);
            }
        }
    }

    private void runs(String workload, WorkloadState state) {
        for (Place site : world.sites.values()) {
            Deployed app = site.apps.get(workload);
            boolean here = site.name.equals(state.site());
            if (here && !app.runs(world.clockwork.now())) {
                world.violate("%s is said to run at %s, and does not", workload, site.name);
            }
            if (here && app.things.values().stream().anyMatch(t -> t.mode != Mode.RUNNING)) {
                world.violate("%s runs at %s with objects of another mode", workload, site.name);
            }
            if (!here && !app.things.isEmpty()) {
                leftAt(workload, state, app);
            }
        }
    }

    /** A Job: what it has been asked for it has done to its end, and that is told. */
    private void ends(String workload, WorkloadState state) {
        boolean complete = state.site() != null && world.app(state.site(), workload).hasEnded();
        int told = job.current().timesTold(workload);
        if (told > world.batch.timesComplete(workload)) {
            world.violate(
                    "%s has ended %d times, and that is told %d times",
                    workload, world.batch.timesComplete(workload), told);
        }
        switch (state.phase()) {
            case running -> world.violate("%s is a job, and does not end", workload);
            case waiting -> {
                if (complete) {
                    world.violate("%s has ended at %s, and waits", workload, state.site());
                }
            }
            case suspended -> {
                if (complete) {
                    world.tally.count("jobs that had ended when they were suspended");
                }
            }
            case finished -> {
                if (!complete || told == 0) {
                    world.violate("%s is said to have ended, and has not", workload);
                } else if (world.plan.withTopics() && isExact(workload)) {
                    hasDone(workload, state.site());
                }
                for (Place site : world.sites.values()) {
                    Deployed app = site.apps.get(workload);
                    if (!site.name.equals(state.site()) && !app.things.isEmpty()) {
                        leftAt(workload, state, app);
                    }
                }
            }
            default -> {}
        }
    }

    private boolean isExact(String workload) {
        return !world.announced.any(workload)
                && !world.takenBack.contains(workload)
                && !world.knowers.nobodyKnew(workload);
    }

    private void hasDone(String workload, String site) {
        String job = "Job/" + World.group(workload);
        int until = world.app(site, workload).things.get(job).status.until;
        Topic out = world.site(site).kafka.topics.get(World.output(workload));
        for (int p = 0; out != null && p < world.plan.partitions(); p++) {
            int done = out.partitions.get(p).size();
            long committed =
                    world.site(site).kafka.committed(World.group(workload), World.INPUT, p);
            // of one that has ended nothing is noted that a late write could be held against
            boolean commits = world.plan.group() && !world.lateRequests;
            if (done != until || commits && committed != until) {
                world.violate(
                        "%s has ended at %s after %d of %d records of partition %d, and %d are"
                                + " committed",
                        workload, site, done, until, p, committed);
            }
        }
    }

    private void leftAt(String workload, WorkloadState state, Deployed app) {
        // one who stood still right before may stage where nobody else has been since
        long ended = job.endedAt.getOrDefault(workload, 0L);
        boolean after = app.things.values().stream().allMatch(t -> t.madeAt > ended);
        if ((app.desired() == 0 || app.hasEnded()) && (after || job.mayLeave(workload))) {
            world.tally.count("left at zero until the next command");
            return;
        }
        world.violate(
                "%s is %s at %s, and its objects are at %s too",
                workload, state.phase(), state.site(), app.site);
    }

    /** It doesn't run, and why not was said. */
    private void said(String workload, WorkloadState state) {
        if (job.said.get(workload) == null) {
            world.violate("%s is %s, and nothing says why", workload, state.phase());
        }
        if (state.phase() == Phase.failed) {
            world.tally.count("failed: " + job.said.get(workload).replaceAll("[0-9]+", "#"));
            return;
        }
        for (Place site : world.sites.values()) {
            if (!site.apps.get(workload).pods.isEmpty()) {
                world.violate("%s is %s, and runs at %s", workload, state.phase(), site.name);
            }
        }
    }

    /** Every input record was processed once, in order; where it runs, all of them. */
    private void records(String workload, WorkloadState state) {
        String output = World.output(workload);
        String at = state.dataHome() == null ? world.plan.home() : state.dataHome();
        Topic out = world.site(at).kafka.topics.get(output);
        boolean still = state.phase() == Phase.suspended || state.phase() == Phase.finished;
        boolean stray = out != null && out.stray && still;
        if (stray) {
            world.tally.count("left astray until the next command");
        }
        if (out == null || !out.writable() && !stray) {
            if (state.phase() != Phase.failed) {
                world.violate("%s is not writable at %s", output, at);
            }
            return;
        }
        if (world.takenBack.contains(workload)) {
            mayRepeat(workload, state, out, "a late change of filters");
            return;
        }
        if (world.knowers.nobodyKnew(workload)) {
            mayRepeat(workload, state, out, "a late write that nobody could know");
            return;
        }
        if (world.announced.any(workload)) {
            String wrong = world.announced.wrong(workload, out.partitions);
            if (wrong != null) {
                world.violate("%s at %s: %s", output, at, wrong);
            }
            return;
        }
        for (int p = 0; p < world.plan.partitions(); p++) {
            Log log = out.partitions.get(p);
            for (int i = 0; i < log.size(); i++) {
                if (log.get(i) != i) {
                    world.violate(
                            "%s-%d at %s: record %d is made of input %d: %s",
                            output, p, at, i, log.get(i), log.get(i) < i ? "doubled" : "lost");
                    return;
                }
            }
            int fed =
                    world.site(world.plan.home())
                            .kafka
                            .topics
                            .get(World.INPUT)
                            .partitions
                            .get(p)
                            .size();
            if (state.phase() == Phase.running && log.size() != fed) {
                world.violate(
                        "%s-%d at %s: %d of %d records were processed",
                        output, p, at, log.size(), fed);
            }
            long committed = world.site(at).kafka.committed(World.group(workload), World.INPUT, p);
            if (world.plan.group()
                    && state.phase() == Phase.suspended
                    && log.size() > 0
                    && committed != log.size()) {
                world.violate(
                        "%s has stopped at %s after %d records of partition %d, and %d are committed",
                        workload, at, log.size(), p, committed);
            }
        }
    }

    /**
     * What the docs say of a change of filters that is done late, and of offsets that come between
     * two things that follow each other: done again, but never lost.
     */
    private void mayRepeat(String workload, WorkloadState state, Topic out, String after) {
        Topic in = world.site(world.plan.home()).kafka.topics.get(World.INPUT);
        boolean counted = world.announced.any(workload);
        if (state.phase() == Phase.running && !counted && !out.endsAs(in)) {
            world.violate("%s has not processed all", workload);
        }
        boolean again = false;
        for (Log log : out.partitions) {
            int expected = 0;
            for (int i = 0; i < log.size(); i++) {
                if (log.get(i) > expected && !counted) {
                    world.violate("%s: input %d is lost", out.name, expected);
                }
                again |= log.get(i) < expected;
                expected = Math.max(expected, log.get(i) + 1);
            }
        }
        world.tally.count(again ? "done again after " + after : "offsets taken back by " + after);
    }

    private void leftOver() {
        Set<String> alive = job.alive();
        for (Place site : world.sites.values()) {
            for (Deployed app : site.apps.values()) {
                boolean runs = world.clockwork.now() < app.renewedAt + app.term + 1_000;
                if (app.holder != null
                        && runs
                        && alive.stream().anyMatch(n -> app.holder.equals(n + "-x"))) {
                    world.violate(
                            "%s still holds the lease of %s at %s",
                            app.holder, app.workload, site.name);
                }
            }
            for (Topic topic : site.kafka.topics.values()) {
                if (topic.pending != Topic.Pending.NONE && topic.late && !isHome(topic, site)) {
                    // it waits for what it follows, and the next move there makes it anew
                    world.tally.count("late transitions that have not come about yet");
                } else if (topic.pending != Topic.Pending.NONE) {
                    world.violate("%s at %s is still %s", topic.name, site.name, topic.status);
                }
            }
            for (LinkEnd link : site.kafka.links.values()) {
                link.excluded.forEach(group -> entry(site.name, link, group));
            }
        }
        states.values().forEach(this::isClosed);
    }

    /** Of a workload that is there. */
    private boolean isHome(Topic topic, Place site) {
        return states.values().stream()
                .filter(state -> World.output(state.workload()).equals(topic.name))
                .anyMatch(state -> site.name.equals(state.site()));
    }

    /** Where it is, or stands still, no link is to write its offsets. */
    private void isClosed(WorkloadState state) {
        if (state.site() == null || !isSettled(state) || state.spec().consumerGroups() == null) {
            return;
        }
        String group = World.group(state.workload());
        for (LinkEnd link : world.site(state.site()).kafka.links.values()) {
            if (!link.excluded.contains(group)) {
                world.violate(
                        "%s is at %s, and a link from %s writes its offsets there",
                        group, state.site(), link.from);
            }
        }
    }

    private static boolean isSettled(WorkloadState state) {
        return state.phase() == Phase.running
                || state.phase() == Phase.suspended
                || state.phase() == Phase.waiting
                || state.phase() == Phase.finished;
    }

    /** Entries of a group belong where its workload is, and nowhere else. */
    private void entry(String site, LinkEnd link, String group) {
        WorkloadState state = states.get("shop/" + group);
        String at = state == null ? null : state.site();
        if (at == null && state != null) {
            // one that is to run again, and has not been started yet; or it may have read there
            at = state.dataHome();
        }
        boolean elsewhere = !site.equals(at);
        boolean seenTo = state != null && isSettled(state);
        if (elsewhere && !seenTo && link.late.contains(group)) {
            world.tally.count("left out of links late, until the next command");
            return;
        }
        if (elsewhere && job.mayLeave("shop/" + group)) {
            world.tally.count("left out of links until the next command");
            return;
        }
        if (state == null) {
            world.violate("%s is gone, and still excluded at %s from %s", group, site, link.from);
        } else if (state.phase() != Phase.failed && elsewhere) {
            world.violate("%s is at %s, and excluded at %s from %s", group, at, site, link.from);
        }
    }
}
