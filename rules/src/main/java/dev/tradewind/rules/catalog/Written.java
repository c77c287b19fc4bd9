package dev.tradewind.rules.catalog;

import dev.tradewind.rules.catalog.Notes.Place;
import java.util.List;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;

/** A document as it stands in its file: where what was read of it is written. */
record Written(String file, Node document) {

    /** Where a value is written; where it isn't, the name of the innermost that is. */
    Place at(List<String> path) {
        Node node = document;
        Place place = Place.of(file, document);
        for (String name : path) {
            NodeTuple field = field(node, name);
            if (field == null) {
                return place;
            }
            node = field.getValueNode();
            place = Place.of(file, field.getKeyNode());
        }
        return Place.of(file, node);
    }

    Place at(String... path) {
        return at(List.of(path));
    }

    /** Whether a value is written there. */
    boolean has(List<String> path) {
        Node node = document;
        for (String name : path) {
            NodeTuple field = field(node, name);
            if (field == null) {
                return false;
            }
            node = field.getValueNode();
        }
        return true;
    }

    private static NodeTuple field(Node node, String name) {
        if (node instanceof MappingNode mapping) {
            for (NodeTuple tuple : mapping.getValue()) {
                if (tuple.getKeyNode() instanceof ScalarNode key && key.getValue().equals(name)) {
                    return tuple;
                }
            }
        }
        return null;
    }
}
