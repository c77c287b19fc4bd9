package dev.tradewind.model.wire;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * What the sink is to bring about. It may be delivered again; its effects are not repeated.
 *
 * @param commandId a hash of workload and epoch
 * @param epoch of the placement, stamped on every object written; a lower one has no effect
 * @param from where the workload runs now; with {@link Action#reclaim} the site that it is about;
 *     null: nowhere, as a Job that has ended and is to run again
 * @param to where it shall run; null with {@link Action#stop} and {@link Action#withdraw}
 * @param dataHome where its owned topics are writable now; null where it has no topics
 * @param spec what is to run
 * @param guard what the policy allows, checked again before anything is applied
 * @param issuedAt energy clock
 * @param siteValues what manifests may say of the site {@code to} out of the catalog: {@code zone},
 *     {@code values.X}, {@code labels.X}, keyed without the leading {@code site.}; the connection
 *     adds {@code name} and {@code bootstrapServers}. May be null
 * @param connections by site the name of its connection, of every site of the catalog in force; a
 *     site that isn't among them is found by its own name. May be null
 * @param cut with {@link Action#reclaim}, up to where the lost site's topics are good, see {@link
 *     Loss#cut}; null: not known
 * @param lost sites that it was failed over from, and where the old copy has not been put away yet:
 *     what runs there is no copy to be taken over. Null: none
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Command(
        String commandId,
        String decisionId,
        String workload,
        long epoch,
        Action action,
        String from,
        String to,
        String dataHome,
        WorkloadSpec spec,
        Guard guard,
        Instant issuedAt,
        Map<String, String> siteValues,
        Map<String, String> connections,
        Map<String, String> cut,
        List<String> lost) {

    /** Of a workload that was never failed over. */
    public Command(
            String commandId,
            String decisionId,
            String workload,
            long epoch,
            Action action,
            String from,
            String to,
            String dataHome,
            WorkloadSpec spec,
            Guard guard,
            Instant issuedAt,
            Map<String, String> siteValues,
            Map<String, String> connections) {
        this(
                commandId,
                decisionId,
                workload,
                epoch,
                action,
                from,
                to,
                dataHome,
                spec,
                guard,
                issuedAt,
                siteValues,
                connections,
                null,
                null);
    }

    /** The same, of a workload that was failed over. */
    public Command after(List<String> lostSites, Map<String, String> lastCut) {
        return new Command(
                commandId,
                decisionId,
                workload,
                epoch,
                action,
                from,
                to,
                dataHome,
                spec,
                guard,
                issuedAt,
                siteValues,
                connections,
                lastCut,
                lostSites);
    }

    public enum Action {
        /**
         * Run at {@code to}: a first start, a planned handover, or an update in place where from
         * equals to.
         */
        run,
        /** Stop at {@code from} and keep its objects at zero. */
        stop,
        /** Stop at {@code from} and remove its objects. */
        withdraw,
        /**
         * Change nothing; tell how a workload that ends by itself (a Job), and runs at {@code to},
         * has ended. For an actuator that has forgotten that it was to tell.
         */
        watch,
        /**
         * Start at {@code to} from what is there: {@code from}, where it ran, does not answer.
         * Records may be missing or done again, see {@link Loss}.
         */
        failover,
        /**
         * {@code from}, which was failed over, answers again, and the workload runs at {@code to}:
         * stop and remove the old copy, and cut its topics back to what it has in common with them
         * there. Where {@code from} was not failed over: put away what a request that was done late
         * has left there; where it is {@code to}: only see to it that links leave its groups out
         * there.
         */
        reclaim
    }
}
