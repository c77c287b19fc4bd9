package dev.tradewind.cli.simulate;

import java.util.ArrayList;
import java.util.List;

/**
 * What befalls an effect of a move, said in the words of the ports: so it can be played on the
 * simulation's model and on the testbed alike.
 *
 * @param effect that is hit, see {@link ScriptedSites}
 * @param times that it is hit
 */
record FaultScript(String effect, How how, int times) {
    enum How {
        /** It isn't done, and nothing is answered. */
        CALL_LOST,
        /** It is done, and nothing is answered. */
        ANSWER_LOST,
        /** It isn't done: another time. */
        LATER,
        /** It isn't done, and won't be. */
        REFUSED,
        /** Inside an answer that is well each topic is turned down. */
        TOPICS_TURNED_DOWN,
        /** The process that was about to do it is gone; another one takes the command up. */
        DIES_BEFORE,
        /** The process that has done it is gone; another one takes the command up. */
        DIES_AFTER
    }

    /** The effects of a move between sites that have worked together before, in their order. */
    static final List<String> EFFECTS =
            List.of(
                    "stage",
                    "exclude",
                    "quiesce",
                    "writeOffsets",
                    "mark",
                    "reverse",
                    "start",
                    "include",
                    "remove");

    /** Before the point of no return. */
    private static final List<String> CAN_BE_REFUSED =
            List.of("stage", "exclude", "quiesce", "writeOffsets");

    /** How each effect is hit besides by answers that are lost and by deaths after it, in turn. */
    private static final List<How> OTHERS = List.of(How.CALL_LOST, How.DIES_BEFORE, How.LATER);

    /** Every effect is hit in several ways, and each way hits several effects. */
    static List<FaultScript> all() {
        List<FaultScript> all = new ArrayList<>();
        for (int i = 0; i < EFFECTS.size(); i++) {
            String effect = EFFECTS.get(i);
            all.add(new FaultScript(effect, How.ANSWER_LOST, 1));
            all.add(new FaultScript(effect, How.DIES_AFTER, 1));
            How other = OTHERS.get(i % OTHERS.size());
            all.add(new FaultScript(effect, other, other == How.LATER ? 2 : 1));
        }
        CAN_BE_REFUSED.forEach(e -> all.add(new FaultScript(e, How.REFUSED, 1)));
        all.add(new FaultScript("reverse", How.TOPICS_TURNED_DOWN, 2));
        return all;
    }

    /** Of failovers; see {@link #ofReclaims}, which has as many. */
    static List<FaultScript> ofFailovers() {
        return List.of(
                new FaultScript("failover", How.ANSWER_LOST, 1),
                new FaultScript("failover", How.DIES_AFTER, 1));
    }

    /** What befalls it when the site that was failed over is taken back. */
    static List<FaultScript> ofReclaims() {
        return List.of(
                new FaultScript("quiesce", How.CALL_LOST, 1),
                new FaultScript("restore", How.ANSWER_LOST, 1));
    }

    @Override
    public String toString() {
        return effect + " " + how + (times == 1 ? "" : " x" + times);
    }
}
