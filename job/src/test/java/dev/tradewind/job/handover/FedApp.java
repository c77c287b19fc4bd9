package dev.tradewind.job.handover;

import dev.tradewind.model.wire.Command;
import dev.tradewind.model.wire.Command.Action;
import dev.tradewind.model.wire.Guard;
import dev.tradewind.model.wire.WorkloadSpec;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * The testbed's application as a workload of one Deployment, the topics of which are at frankfurt
 * at first.
 *
 * @param name of the workload, of its group, and of the topic that it writes
 * @param mode in which it knows how far it is: {@code group} or {@code log}
 */
record FedApp(String name, String input, String mode) {
    private static final String HOME = "frankfurt";

    String output() {
        return name + ".out";
    }

    /** A planned move, where its data is at home where it runs. */
    Command move(long epoch, String from, String to, boolean rebuild) {
        return command(epoch, Action.run, from, to, from, rebuild);
    }

    /**
     * @param rebuild by a policy that lets stale mirrors be made anew
     */
    Command command(
            long epoch, Action action, String from, String to, String dataHome, boolean rebuild) {
        return new Command(
                name + "-" + epoch,
                "d-" + epoch,
                "shop/" + name,
                epoch,
                action,
                from,
                to,
                dataHome,
                spec(),
                new Guard(
                        List.of("shop"),
                        List.of("Deployment"),
                        "baseline",
                        List.of("default"),
                        List.of(),
                        rebuild),
                Instant.EPOCH,
                Map.of(),
                null);
    }

    private WorkloadSpec spec() {
        String manifest =
                """
                {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"%1$s"},
                 "spec":{"replicas":1,"strategy":{"type":"%5$s"},"selector":{"matchLabels":{"app":"%1$s"}},
                  "template":{"metadata":{"labels":{"app":"%1$s"}},
                   "spec":{"containers":[{"name":"app","image":"tradewind/testbed-app","env":[
                    {"name":"BOOTSTRAP_SERVERS","value":"${site.bootstrapServers}"},
                    {"name":"INPUT","value":"%2$s"},{"name":"OUTPUT","value":"%3$s"},
                    {"name":"GROUP","value":"%1$s"},{"name":"MODE","value":"%4$s"}]}]}}}}
                """
                        .formatted(
                                name,
                                input,
                                output(),
                                mode,
                                // by its own output it knows where it is, so it must run once
                                mode.equals("log") ? "Recreate" : "RollingUpdate");
        return new WorkloadSpec(
                null,
                List.of(manifest),
                null,
                null,
                new WorkloadSpec.Topics(HOME, List.of(input), List.of(output())),
                List.of(name),
                null,
                null,
                null,
                null,
                null);
    }
}
