package dev.tradewind.job.placement;

import dev.tradewind.job.views.SeriesView;
import dev.tradewind.model.catalog.Catalog;
import dev.tradewind.model.wire.Detection;

/** What arrives for all workloads: exactly one of the four is given. */
public record FleetEvent(Catalog catalog, SeriesView view, Detection detection, Word word) {

    public static FleetEvent of(Catalog catalog) {
        return new FleetEvent(catalog, null, null, null);
    }

    public static FleetEvent of(SeriesView view) {
        return new FleetEvent(null, view, null, null);
    }

    public static FleetEvent of(Detection detection) {
        return new FleetEvent(null, null, detection, null);
    }

    public static FleetEvent of(Word word) {
        return new FleetEvent(null, null, null, word);
    }
}
