package dev.tradewind.job.placement;

import dev.tradewind.model.catalog.Catalog;
import dev.tradewind.model.catalog.Policy;
import dev.tradewind.model.catalog.Site;
import dev.tradewind.model.wire.Command;
import dev.tradewind.model.wire.Decision;
import dev.tradewind.model.wire.WorkloadRequest;
import dev.tradewind.model.wire.WorkloadRequest.Action;
import dev.tradewind.model.wire.WorkloadSpec;
import dev.tradewind.rules.text.Durations;
import dev.tradewind.rules.text.Quantities;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Every limit that a command must keep to, told anew here from the catalog, the spec and what
 * rules, people and clocks have said, at the instant at which the command is issued. Room is looked
 * at by {@link Story}, and sites that don't answer by {@link PlacementPropertiesTest}.
 */
final class HardLimits {
    /** Why a workload goes where it goes. */
    enum Why {
        STARTED,
        PINNED,
        ASKED,
        EXPELLED,
        CHOSEN,
        INTERRUPTED
    }

    /** What was broken, in words. */
    final List<String> broken = new ArrayList<>();

    final Map<Why, Integer> seen = new EnumMap<>(Why.class);

    /** How often the most moves were under way that are allowed at once. */
    int full;

    /** How often one went somewhere that must not be far from another site. */
    int bounded;

    /** And how often that site was where its inputs are produced. */
    int nearInputs;

    private String because;

    /**
     * @param asked the request that led to it; null: none did
     * @param before null: there was none
     */
    void look(Story story, WorkloadRequest asked, WorkloadState before, Step step) {
        WorkloadState.Errand errand = step.state().errand();
        Command command = errand.command();
        if (story.unfinished.contains(command.commandId())) {
            return;
        }
        because = " " + step.decisions().stream().map(Decision::reason).toList();
        switch (errand.kind()) {
            case START -> {
                note(Why.STARTED);
                mayBe(story, command, step.state());
                String pin = step.state().wishes().pinnedTo();
                expect(pin == null || pin.equals(command.to()), "pin to " + pin, command);
            }
            case MOVE -> moves(story, asked, before, step.state(), command);
            case STOP -> {
                boolean interrupted =
                        step.decisions().stream()
                                .anyMatch(d -> d.verdict() == Decision.Verdict.delayed);
                if (interrupted) {
                    note(Why.INTERRUPTED);
                    rested(story, before, step.state(), command);
                    expect(!held(story, command.from(), step.state()), "hold", command);
                    expect(!story.catalog.policies().get(0).freeze(), "freeze", command);
                }
            }
            default -> {}
        }
    }

    private void moves(
            Story story,
            WorkloadRequest asked,
            WorkloadState before,
            WorkloadState after,
            Command command) {
        Policy policy = story.catalog.policies().get(0);
        mayBe(story, command, after);
        expect(!policy.freeze(), "freeze", command);
        int all = 0;
        int between = 0;
        for (WorkloadState state : story.states.values()) {
            WorkloadState.Errand errand = state.errand();
            Command its = errand == null ? null : errand.command();
            if (its == null
                    || errand.kind() == WorkloadState.Kind.RECLAIM
                    || its.from() == null
                    || its.to() == null
                    || its.from().equals(its.to())) {
                continue;
            }
            all++;
            between += pair(its).equals(pair(command)) ? 1 : 0;
        }
        expect(all <= policy.movesInFlight(), all + " moves at once", command);
        expect(between <= policy.movesPerSitePair(), between + " of the pair at once", command);
        full += all == policy.movesInFlight() || between == policy.movesPerSitePair() ? 1 : 0;

        String pin = after.wishes().pinnedTo();
        boolean expelled = expelled(story, command.from(), after);
        boolean wished =
                before.wishes().move() != null
                        || asked != null
                                && asked.workload().equals(command.workload())
                                && asked.action() == Action.move;
        if (pin != null) {
            note(Why.PINNED);
            expect(pin.equals(command.to()) || expelled, "pin to " + pin, command);
        } else if (expelled) {
            note(Why.EXPELLED);
        } else if (wished) {
            note(Why.ASKED);
        } else {
            note(Why.CHOSEN);
            rested(story, before, after, command);
            for (String site : List.of(command.from(), command.to())) {
                expect(!held(story, site, after), "hold at " + site, command);
                expect(
                        site(story, site) != null
                                && story.views
                                        .costNow(site(story, site), policy, story.now())
                                        .known(),
                        "unknown cost of " + site,
                        command);
            }
        }
    }

    /** The workload may be at the site that it is sent to, room apart. */
    private void mayBe(Story story, Command command, WorkloadState state) {
        Site site = site(story, command.to());
        expect(site != null, "no such site", command);
        if (site == null) {
            return;
        }
        String against = against(story.catalog, site, state.spec());
        expect(against == null, against, command);
        expect(
                site.name().equals(state.wishes().pinnedTo())
                        || !evacuated(story, site.name(), state),
                "evacuated",
                command);
        WorkloadSpec.Latency latency = state.spec().latency();
        bounded += latency == null ? 0 : 1;
        nearInputs += latency == null || latency.to() != null ? 0 : 1;
    }

    private static boolean expelled(Story story, String from, WorkloadState after) {
        Site here = site(story, from);
        return here == null
                || against(story.catalog, here, after.spec()) != null
                || !here.name().equals(after.wishes().pinnedTo())
                        && evacuated(story, here.name(), after);
    }

    /** As declared; null where nothing speaks against it. */
    private static String against(Catalog catalog, Site site, WorkloadSpec spec) {
        if (site.drain()) {
            return "drain";
        }
        if (spec.sites() != null && !"gdpr".equals(site.labels().get("jurisdiction"))) {
            return "jurisdiction";
        }
        if (spec.latency() == null) {
            return null;
        }
        String to = spec.latency().to() != null ? spec.latency().to() : spec.topics().home();
        if (to.equals(site.name())) {
            return null;
        }
        Double millis = site.latencyMillis().get(to);
        if (millis == null) {
            millis = catalog.site(to).map(s -> s.latencyMillis().get(site.name())).orElse(null);
        }
        return millis != null && millis <= Quantities.millis(spec.latency().within())
                ? null
                : "latency " + millis + " to " + to;
    }

    private static boolean evacuated(Story story, String site, WorkloadState state) {
        return story.detections
                .evacuations(story.catalog, state.workload(), state.spec())
                .containsKey(site);
    }

    private static boolean held(Story story, String site, WorkloadState state) {
        return story.detections
                .hold(story.catalog, site, state.workload(), state.spec())
                .isPresent();
    }

    /** Residence and cooldown, unless by a clock that was put back since. */
    private void rested(Story story, WorkloadState before, WorkloadState after, Command command) {
        long residence = story.catalog.policies().get(0).minResidenceMillis();
        WorkloadSpec.Move move = after.spec().move();
        long cooldown =
                move == null || move.cooldown() == null
                        ? 0
                        : Durations.parseMillis(move.cooldown());
        Long arrived = before.meter().arrivedAtMillis();
        Long moved = before.meter().movedAtMillis();
        long now = story.now();
        expect(
                arrived == null || arrived > now || now >= arrived + residence,
                "residence",
                command);
        expect(
                moved == null || moved > now || now >= moved + Math.max(residence, cooldown),
                "cooldown",
                command);
    }

    private static Site site(Story story, String name) {
        return name == null ? null : story.catalog.site(name).orElse(null);
    }

    private static String pair(Command command) {
        return Fleet.pair(command.from(), command.to());
    }

    private void note(Why why) {
        seen.merge(why, 1, Integer::sum);
    }

    private void expect(boolean kept, String limit, Command command) {
        if (!kept) {
            broken.add(
                    limit
                            + ": "
                            + command.workload()
                            + " "
                            + command.from()
                            + " -> "
                            + command.to()
                            + because);
        }
    }
}
