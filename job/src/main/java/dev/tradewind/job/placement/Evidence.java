package dev.tradewind.job.placement;

import dev.tradewind.job.plan.Candidates.Candidate;
import dev.tradewind.job.plan.CostModel;
import dev.tradewind.job.plan.SiteViews.SiteCost;
import dev.tradewind.job.plan.horizon.Planner.Option;
import dev.tradewind.job.plan.horizon.Planner.Plan;
import dev.tradewind.model.wire.Decision.Alternative;
import dev.tradewind.model.wire.Decision.UsedReading;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What a decision was made on: of the sites that matter for it, however many there are.
 *
 * @param paidBackAfterMillis of the chosen one, or null
 * @param moreSites that aren't told of; null: none
 */
record Evidence(
        List<Alternative> alternatives,
        Long paidBackAfterMillis,
        List<UsedReading> readings,
        Integer moreSites) {

    /** More than a person compares. */
    static final int MOST_SITES = 12;

    /** An expression may be as long as a page. */
    static final int LONGEST_REASON = 300;

    /** By what it is chosen; the lower the sooner. */
    private record Ranked(Candidate candidate, int rank, double order) {}

    /**
     * @param to the chosen site, or null
     * @param plan what was weighed, or null
     */
    static Evidence of(Turn turn, String to, Plan plan) {
        List<Candidate> all = turn.candidates().all();
        List<Candidate> told = all;
        if (all.size() > MOST_SITES) {
            Set<String> chosen = new HashSet<>();
            all.stream()
                    .map(c -> new Ranked(c, rank(turn, to, c), order(turn, plan, c)))
                    .sorted(
                            Comparator.comparingInt(Ranked::rank)
                                    .thenComparingDouble(Ranked::order))
                    .limit(MOST_SITES)
                    .forEach(ranked -> chosen.add(ranked.candidate.name()));
            told = all.stream().filter(c -> chosen.contains(c.name())).toList();
        }
        List<Alternative> alternatives = new ArrayList<>();
        List<UsedReading> readings = new ArrayList<>();
        Long paidBack = null;
        for (Candidate candidate : told) {
            Alternative alternative = alternative(turn, plan, candidate);
            alternatives.add(alternative);
            if (candidate.name().equals(to)) {
                paidBack = alternative.paidBackAfterMillis();
            }
            if (turn.policy != null) {
                readings.addAll(turn.cost(candidate.site()).readings());
            }
        }
        int more = all.size() - told.size();
        return new Evidence(
                alternatives, paidBack, readings, more == 0 ? null : Integer.valueOf(more));
    }

    /** Where it is and where it goes, where it could go, and then what comes nearest to that. */
    private static int rank(Turn turn, String to, Candidate candidate) {
        if (candidate.name().equals(to) || candidate.name().equals(turn.state.site())) {
            return 0;
        }
        return candidate.open() ? 1 : candidate.allowed() ? 2 : 2 + candidate.limits().size();
    }

    /** The best gain first, else the lowest cost; what isn't known comes last. */
    private static double order(Turn turn, Plan plan, Candidate candidate) {
        Option option = plan == null ? null : plan.find(candidate.name()).orElse(null);
        if (option != null) {
            return -option.gainEurPerKw();
        }
        double cost = turn.policy == null ? Double.NaN : turn.cost(candidate.site()).eurPerKwh();
        return Double.isNaN(cost) ? Double.MAX_VALUE : cost;
    }

    private static Alternative alternative(Turn turn, Plan plan, Candidate candidate) {
        SiteCost cost = turn.policy == null ? null : turn.cost(candidate.site());
        boolean known = cost != null && cost.known();
        double watts = turn.facts.powerWatts();
        boolean here = candidate.name().equals(turn.state.site());
        Option option = plan == null || here ? null : plan.find(candidate.name()).orElse(null);
        double carbon =
                known && turn.policy.carbonPriceEurPerTonne() != 0
                        ? cost.gramsPerKwh() / 1e6 * turn.policy.carbonPriceEurPerTonne()
                        : 0;
        return new Alternative(
                candidate.name(),
                known ? Double.valueOf(CostModel.eurPerHour(cost.eurPerKwh(), watts)) : null,
                known
                        ? Double.valueOf(CostModel.eurPerHour(cost.eurPerKwh() - carbon, watts))
                        : null,
                known ? Double.valueOf(CostModel.eurPerHour(carbon, watts)) : null,
                Slots.govern(turn) ? Slots.eur(turn, candidate.name()) : null,
                turn.policy == null || here || turn.state.site() == null
                        ? null
                        : Double.valueOf(turn.moveEur(candidate.site())),
                option == null ? null : Double.valueOf(option.savingEurPerKw() * turn.kw()),
                option == null || Double.isInfinite(option.paidBackHours())
                        ? null
                        : Long.valueOf(Math.round(option.paidBackHours() * 3_600_000)),
                shortened(candidate.excluded()));
    }

    private static String shortened(String reason) {
        return reason == null || reason.length() <= LONGEST_REASON
                ? reason
                : reason.substring(0, LONGEST_REASON - 1) + "\u2026";
    }
}
