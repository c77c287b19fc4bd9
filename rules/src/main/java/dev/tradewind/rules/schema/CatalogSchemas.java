package dev.tradewind.rules.schema;

import static dev.tradewind.rules.schema.Parts.duration;
import static dev.tradewind.rules.schema.Parts.kubernetes;
import static dev.tradewind.rules.schema.Parts.listOf;
import static dev.tradewind.rules.schema.Parts.mapOf;
import static dev.tradewind.rules.schema.Parts.name;
import static dev.tradewind.rules.schema.Parts.number;
import static dev.tradewind.rules.schema.Parts.object;
import static dev.tradewind.rules.schema.Parts.oneOf;
import static dev.tradewind.rules.schema.Parts.quantity;
import static dev.tradewind.rules.schema.Parts.scalar;
import static dev.tradewind.rules.schema.Parts.text;
import static dev.tradewind.rules.schema.Parts.type;

import dev.tradewind.rules.catalog.CatalogParser;
import dev.tradewind.rules.text.Json;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/**
 * Schemas of what operators write. The documents are laid out for people, not as the records that
 * they are read into, so that their schemas are written down; a test holds each field of them
 * against the reader's.
 */
final class CatalogSchemas {
    private CatalogSchemas() {}

    static ObjectNode site() {
        ObjectNode spec =
                object().field(
                                "zone",
                                text(),
                                "Readings of this zone hold for the site; a reading of the site itself wins. Default: the site's name.")
                        .field(
                                "pue",
                                number(1, 100),
                                "Power usage effectiveness, until a `pue` reading says otherwise. Default: 1.")
                        .field(
                                "capacity",
                                object().field("cpu", kubernetes(), "Cores.")
                                        .field("memory", kubernetes(), "Bytes.")
                                        .field("power", quantity(), "W, or with a unit: 250 kW.")
                                        .build(),
                                "What workloads may take in all. Without a number: unbounded.")
                        .field(
                                "connection",
                                name(),
                                "The connection that the sink looks up. Default: the site's name.")
                        .field(
                                "transfer",
                                object().field(
                                                "default",
                                                quantity(),
                                                "EUR/GB sent to any other site. Default: 0.")
                                        .field("to", mapOf(quantity()), "EUR/GB by target site.")
                                        .build(),
                                "What sending data from here costs.")
                        .field("latency", mapOf(quantity()), "ms to other sites, by their name.")
                        .field("drain", type("boolean"), "true: evacuate, place nothing new.")
                        .field(
                                "values",
                                mapOf(scalar()),
                                "Offered to manifests as ${site.values.NAME}.")
                        .build();
        return document(
                "Site", "A data centre with a Kubernetes and a Kafka cluster.", spec, false);
    }

    static ObjectNode policy() {
        ObjectNode spec =
                object().field(
                                "workloads",
                                text(),
                                "CEL over `workload`: whom it holds for. Default: true.")
                        .field(
                                "priority",
                                type("integer"),
                                "The highest that matches holds, then the first by name. Default: 0.")
                        .field(
                                "objective",
                                object().field(
                                                "price",
                                                number(0, 1000),
                                                "Multiplies the price. Default: 1.")
                                        .field(
                                                "carbonPrice",
                                                quantity(),
                                                "EUR per tonne of CO2eq. Default: 80 EUR/t.")
                                        .build(),
                                "Cost of a kWh = PUE x (price x multiplier + carbon x carbonPrice).")
                        .field("horizon", duration(), "How far it is planned. Default: 24h.")
                        .field(
                                "replan",
                                object().field(
                                                "every",
                                                duration()
                                                        .put(
                                                                "pattern",
                                                                "^never$|" + Parts.DURATION),
                                                "A duration, or `never`. Default: 1h.")
                                        .build(),
                                "Besides what rules ask for.")
                        .field(
                                "stale",
                                object().field("after", duration(), "Default: 2h.").build(),
                                "A signal older than this is stale: stay.")
                        .field(
                                "moves",
                                object().field(
                                                "minResidence",
                                                duration(),
                                                "No move sooner after the last. Default: 30m.")
                                        .field(
                                                "inFlight",
                                                Parts.integer(1),
                                                "At most this many of the fleet at once. Default: 20.")
                                        .field(
                                                "perSitePair",
                                                Parts.integer(1),
                                                "At most this many at once between two sites. Default: 4.")
                                        .build(),
                                "Limits of moves.")
                        .field(
                                "lostSite",
                                object().field("after", duration(), "Wall time. Default: 10m.")
                                        .field(
                                                "do",
                                                oneOf(List.of("hold", "failover")),
                                                "failover may lose records. Default: hold.")
                                        .field(
                                                "risk",
                                                oneOf(List.of("accepted")),
                                                "Needed for failover.")
                                        .build(),
                                "What is done when a site can't be reached.")
                        .field("freeze", type("boolean"), "true: no new moves.")
                        .field(
                                "namespaces",
                                listOf(name()),
                                "Where requests may place objects. Default: nowhere.")
                        .field("kinds", listOf(text()), "Which kinds they may place.")
                        .field(
                                "podSecurity",
                                oneOf(List.of("baseline", "restricted")),
                                "The Pod Security standard for all pod templates. Default: baseline.")
                        .field(
                                "serviceAccounts",
                                listOf(text()),
                                "Which service accounts pods may use. Default: default.")
                        .field(
                                "secrets",
                                listOf(text()),
                                "Which Secrets may be named. Default: none.")
                        .field(
                                "rebuildMirrors",
                                type("boolean"),
                                "A stale mirror in the way may be deleted and made anew. Default: false.")
                        .field(
                                "dryRun",
                                type("boolean"),
                                "Decide and publish, command nothing. Default: false.")
                        .build();
        return document("Policy", "What holds for the workloads that it matches.", spec, false);
    }

    static ObjectNode rule() {
        ObjectNode spec =
                object().field("signal", text(), RuleSchemas.SIGNAL)
                        .field("expression", text(), RuleSchemas.EXPRESSION)
                        .field("sites", text(), "CEL over `site`: where. Default: everywhere.")
                        .field(
                                "workloads",
                                text(),
                                "CEL over `workload`: whom it concerns. Default: all.")
                        .required("when", RuleSchemas.when(), "The shape that is looked for.")
                        .required("then", RuleSchemas.then(), "What is asked of placement.")
                        .build();
        RuleSchemas.measuredUnlessSequence(spec);
        return document("Rule", "What is to be noticed, and what then is done.", spec, true);
    }

    static ObjectNode connection() {
        ObjectNode link =
                object().required("name", text(), "The link, the same at both ends.").build();
        ObjectNode spec =
                object().required(
                                "kubernetes",
                                object().required("kubeconfig", text(), "Path of a mounted file.")
                                        .build(),
                                "The site's Kubernetes.")
                        .field(
                                "kafka",
                                object().required("bootstrapServers", text(), "host:port, ...")
                                        .field(
                                                "propertiesFile",
                                                text(),
                                                "Path of a mounted file with client properties.")
                                        .build(),
                                "The site's Kafka.")
                        .field(
                                "clusterLinking",
                                object().required(
                                                "url",
                                                text(),
                                                "Up to and including the API's prefix.")
                                        .required("clusterId", text(), "The Kafka cluster's id.")
                                        .field(
                                                "basicAuthFile",
                                                text(),
                                                "Path of a mounted file with user:password.")
                                        .field("links", mapOf(link), "By the other site's name.")
                                        .build(),
                                "The REST API of Cluster Linking.")
                        .field(
                                "savepoints",
                                listOf(text()),
                                "Where pods of the site can read and write savepoints. Default: not known.")
                        .build();
        return document(
                "Connection",
                "How the sink reaches a site: a file where it runs. Credentials are in the files that it points to.",
                spec,
                true);
    }

    private static ObjectNode document(
            String kind, String description, ObjectNode spec, boolean specRequired) {
        ObjectNode metadata =
                object().required("name", name(), "DNS-1123, once a kind.")
                        .field("labels", mapOf(scalar()), "For CEL and for people.")
                        .field("annotations", mapOf(scalar()), "For people.")
                        .build();
        Parts.Fields fields =
                object().required("apiVersion", constant(CatalogParser.API_VERSION), "The version.")
                        .required("kind", constant(kind), "The kind.")
                        .required("metadata", metadata, "Its name and labels.");
        if (specRequired) {
            fields.required("spec", spec, description);
        } else {
            fields.field("spec", spec, description);
        }
        return fields.build().put("description", description);
    }

    private static ObjectNode constant(String value) {
        return Json.STRICT.createObjectNode().put("const", value);
    }
}
