package dev.tradewind.job.placement;

import dev.tradewind.job.placement.Turn.Saying;
import dev.tradewind.job.placement.WorkloadState.Errand;
import dev.tradewind.job.placement.WorkloadState.Kind;
import dev.tradewind.job.plan.Candidates.Candidate;
import dev.tradewind.model.catalog.Policy;
import dev.tradewind.model.wire.Decision.Verdict;
import dev.tradewind.model.wire.Placement.Phase;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * The site of a workload does not answer: by policy it is held, or failed over to another site when
 * that has lasted; and when a site that was failed over answers again, its old copy is put away.
 * The sink goes by what it sees itself: it fails nothing over from a site that answers it.
 */
final class Lost {
    private Lost() {}

    /**
     * Of a workload that runs and has no command under way.
     *
     * @return true: nothing else is to be done with it now
     */
    static boolean decides(Turn turn) {
        String site = turn.state.site();
        Reach reach = turn.world.reach();
        if (!reach.isSilent(site)) {
            return false;
        }
        String silent = silence(turn, site);
        if (!failsOver(turn.policy)) {
            turn.announce(
                    "silent " + site + " " + reach.silentSince(site),
                    Verdict.stay,
                    silent + ", and policy " + turn.policy.name() + " holds it: nothing moves",
                    new Saying().to(site));
            return true;
        }
        if (turn.world.wallMillis() < lostAt(turn, site)) {
            turn.announce(
                    "silent " + site + " " + reach.silentSince(site),
                    Verdict.stay,
                    silent
                            + "; it is failed over when that has lasted "
                            + Choice.duration(turn.policy.lostSiteAfterMillis()),
                    new Saying().to(site));
            return true;
        }
        failOver(turn);
        return true;
    }

    /**
     * With a command under way: an update in place at the lost site is overtaken by a failover, and
     * done after all where that comes to nothing. A move is not: it may have stopped its source, or
     * passed the point of no return, and goes by what it sees.
     */
    static void overtakes(Turn turn) {
        Errand errand = turn.state.errand();
        String site = turn.state.site();
        boolean waits =
                turn.policy != null
                        && turn.problem == null
                        && errand.kind() == Kind.UPDATE
                        && site != null
                        && site.equals(errand.command().from())
                        && !turn.state.wishes().withdraw()
                        && !turn.state.wishes().suspend();
        if (waits && isLost(turn, site) && failsOver(turn.policy)) {
            failOver(turn);
            if (turn.state.errand() != errand) {
                turn.state = turn.state.leaving(site);
            }
        }
    }

    /** Wall time at which it is to be looked at again for this; or never. */
    static long wakeAt(Turn turn) {
        String site = turn.state.site();
        boolean waits =
                turn.policy != null
                        && failsOver(turn.policy)
                        && turn.world.reach().isSilent(site)
                        && turn.world.wallMillis() < lostAt(turn, site);
        return waits ? lostAt(turn, site) : Long.MAX_VALUE;
    }

    /** Nothing goes to a site that does not answer, or where an old copy of it may run. */
    static void shut(Turn turn, Map<String, String> shut) {
        for (String site : turn.world.reach().silent()) {
            if (!site.equals(turn.state.site())) {
                shut.put(site, "it does not answer");
            }
        }
        for (String site : turn.state.abandoned().keySet()) {
            if (!site.equals(turn.state.site())) {
                shut.put(
                        site, "it was failed over from there, and has not been put away there yet");
            }
        }
    }

    /**
     * One that was failed over goes when the old copy is put away: nobody would know of that after.
     * A site that has left the catalog is waited for no more. Where the failover itself has failed
     * nothing is put away apart from the rest: it is withdrawn wherever it is found.
     */
    static boolean holdsBack(Turn turn) {
        List<String> sites =
                isUnsettled(turn) || !turn.state.remains().isEmpty()
                        ? List.of()
                        : turn.state.abandoned().keySet().stream()
                                .filter(site -> turn.world.catalog().site(site).isPresent())
                                .filter(site -> !site.equals(turn.state.site()))
                                .toList();
        if (sites.isEmpty()) {
            return false;
        }
        if (!reclaims(turn)) {
            turn.announce(
                    "withdraw waits for " + sites,
                    Verdict.accepted,
                    "it is withdrawn when the old copy is put away at "
                            + String.join(", ", sites)
                            + ", which it was failed over from",
                    new Saying());
        }
        return true;
    }

    /** Where it is isn't known for sure: a command has failed that was to take it somewhere. */
    private static boolean isUnsettled(Turn turn) {
        return turn.state.phase() == Phase.failed || turn.state.unfinished() != null;
    }

    private static boolean failsOver(Policy policy) {
        return policy.lostSite() == Policy.LostSite.FAILOVER && policy.riskAccepted();
    }

    private static boolean isLost(Turn turn, String site) {
        return turn.world.reach().isSilent(site) && turn.world.wallMillis() >= lostAt(turn, site);
    }

    private static long lostAt(Turn turn, String site) {
        return turn.world.reach().silentSince(site) + turn.policy.lostSiteAfterMillis();
    }

    private static String silence(Turn turn, String site) {
        Reach reach = turn.world.reach();
        return "site "
                + site
                + " does not answer since "
                + Choice.instant(turn.world.clock().at(reach.silentSince(site)))
                + " ("
                + reach.problem(site)
                + ")";
    }

    private static void failOver(Turn turn) {
        String from = turn.state.site();
        String why = silence(turn, from);
        List<Candidate> open =
                turn.candidates().open().stream()
                        .filter(c -> !c.name().equals(from))
                        .filter(c -> !turn.world.reach().isSilent(c.name()))
                        .toList();
        String begun = turn.state.unfinished();
        String pin = begun != null && !begun.equals(from) ? begun : turn.state.wishes().pinnedTo();
        boolean bound = pin != null && !pin.equals(from);
        if (bound) {
            open = open.stream().filter(c -> c.name().equals(pin)).toList();
        }
        String hindered =
                open.isEmpty()
                        ? "there is no site that it could be failed over to: "
                                + (bound ? only(turn, pin) : turn.candidates().nearestMissBut(from))
                        : turn.policy.freeze()
                                ? "policy " + turn.policy.name() + " has frozen all moves"
                                : null;
        if (hindered != null) {
            if (turn.state.errand() == null) {
                turn.waits();
                turn.announce(
                        "lost " + from + " " + hindered,
                        Verdict.stay,
                        why + "; " + hindered,
                        new Saying().to(from));
            }
            return;
        }
        Candidate target = Evacuation.cheapest(turn, open);
        turn.issue(
                Kind.FAILOVER,
                from,
                target.name(),
                Verdict.move,
                "is failed over from "
                        + from
                        + " to "
                        + target.name()
                        + ": "
                        + why
                        + ", and policy "
                        + turn.policy.name()
                        + " accepts that records may be missing",
                new Saying());
    }

    private static String only(Turn turn, String site) {
        return "it may go to "
                + site
                + " alone, and "
                + turn.candidates()
                        .site(site)
                        .map(Candidate::excluded)
                        .orElse("the catalog has no such site");
    }

    /** The first, by name, of the sites that it was failed over from and that answer again. */
    static boolean reclaims(Turn turn) {
        if (turn.state.abandoned().isEmpty()
                || isUnsettled(turn)
                || turn.world.reach().isSilent(turn.state.site())
                || Choice.backsOff(turn)) {
            return false;
        }
        for (String site : new TreeSet<>(turn.state.abandoned().keySet())) {
            if (turn.world.reach().answers(site) && !site.equals(turn.state.site())) {
                turn.issue(
                        Kind.RECLAIM,
                        site,
                        turn.state.site(),
                        Verdict.stay,
                        "site "
                                + site
                                + ", which it was failed over from, answers again: the old copy"
                                + " there is put away",
                        new Saying());
                return turn.state.errand() != null;
            }
        }
        return false;
    }
}
