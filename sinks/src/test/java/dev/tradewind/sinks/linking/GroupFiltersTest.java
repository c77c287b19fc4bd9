package dev.tradewind.sinks.linking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class GroupFiltersTest {
    private static final String ALL =
            "{\"groupFilters\":[{\"name\":\"*\",\"patternType\":\"LITERAL\",\"filterType\":\"INCLUDE\"}]}";

    @Test
    void a_group_is_excluded_once_and_readmitted_with_the_others_kept() {
        String excluded = GroupFilters.exclude(ALL, "orders");

        assertThat(excluded)
                .startsWith(ALL.substring(0, ALL.length() - 2))
                .contains(
                        "{\"name\":\"orders\",\"patternType\":\"LITERAL\",\"filterType\":\"EXCLUDE\"}");
        assertThat(GroupFilters.excludes(excluded, "orders")).isTrue();
        assertThat(GroupFilters.excludes(excluded, "order")).isFalse();
        assertThat(GroupFilters.exclude(excluded, "orders")).isEqualTo(excluded);
        assertThat(GroupFilters.readmit(excluded, "orders")).isEqualTo(ALL);
    }

    @Test
    void where_there_was_no_filter_there_is_none_again() {
        assertThat(GroupFilters.readmit(GroupFilters.exclude("", "g"), "g")).isEmpty();
        assertThat(GroupFilters.readmit(GroupFilters.exclude(null, "g"), "g")).isEmpty();
        assertThat(GroupFilters.readmit(null, "g")).isEmpty();
    }

    @Test
    void unknown_fields_and_another_ones_exclusion_by_prefix_stay() {
        String theirs =
                "{\"v\":2,\"groupFilters\":[{\"name\":\"orders\",\"patternType\":\"PREFIXED\",\"filterType\":\"EXCLUDE\",\"by\":\"ann\"}]}";

        assertThat(GroupFilters.readmit(theirs, "orders")).isEqualTo(theirs);
        assertThat(GroupFilters.readmit(GroupFilters.exclude(theirs, "orders"), "orders"))
                .isEqualTo(theirs);
    }

    @Test
    void what_is_no_filter_is_not_overwritten() {
        assertThatThrownBy(() -> GroupFilters.exclude("orders,payments", "g"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("isn't touched");
    }

    @Test
    void a_group_is_admitted_where_an_entry_includes_it_and_none_excludes_it() {
        assertThat(GroupFilters.admits(ALL, "orders")).isTrue();
        assertThat(GroupFilters.admits(GroupFilters.exclude(ALL, "orders"), "orders")).isFalse();
        assertThat(GroupFilters.admits("", "orders")).isFalse();
        String prefixed = ALL.replace("*", "ord").replace("LITERAL", "PREFIXED");
        assertThat(GroupFilters.admits(prefixed, "orders")).isTrue();
        assertThat(GroupFilters.admits(prefixed, "payments")).isFalse();
    }

    @Test
    void groups_that_were_excluded_are_known_by_the_very_entry() {
        String prefixed =
                "{\"groupFilters\":[{\"name\":\"pay\",\"patternType\":\"PREFIXED\",\"filterType\":\"EXCLUDE\"}]}";

        assertThat(GroupFilters.excluded(GroupFilters.exclude(GroupFilters.exclude(ALL, "b"), "a")))
                .containsExactly("a", "b");
        assertThat(GroupFilters.excluded(prefixed)).isEmpty();
        assertThat(GroupFilters.excluded(null)).isEmpty();
    }
}
