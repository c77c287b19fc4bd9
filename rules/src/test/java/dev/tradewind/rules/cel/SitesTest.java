package dev.tradewind.rules.cel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.model.catalog.Site;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SitesTest {
    private static final List<Site> ALL = all();

    private static List<Site> all() {
        List<Site> sites = new ArrayList<>();
        for (int i = 0; i < 24; i++) {
            Map<String, String> labels =
                    i % 4 == 0
                            ? Map.of()
                            : Map.of("tier", "t" + i % 4, "a.b", "x" + i % 3, "own" + i, "t1");
            sites.add(OutlineTest.site("site-" + i, labels));
        }
        return sites;
    }

    /** Each reads its site in another way. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "true",
                "site.labels.tier == 't1'",
                "site.labels.tier != 't1'",
                "site.labels['tier'] == 't2' || site.labels['a.b'] == 'x1'",
                "has(site.labels.own5)",
                "!has(site.labels.tier)",
                "'own7' in site.labels",
                "site.labels.exists(k, k.startsWith('own1') && site.labels[k] == 't1')",
                "site.labels[site.labels.tier == 't1' ? 'a.b' : 'tier'] == 'x1'",
                "site.labels.size() == 0 && site.name.endsWith('4')",
                "site.labels == {'tier': 't1'}",
                "[site].exists(s, s.labels.tier == 't3')",
                "['tier'].exists(site, site == 'tier')",
                "site.name == 'site-3'",
                "{'a': site.name}.a == 'site-5'",
                "site.pue > 2.0",
            })
    void thoseForWhichItHolds(String selector) {
        SitePredicate predicate = SitePredicate.compile(selector);
        Sites sites = new Sites(ALL);
        assertThat(sites.where(predicate)).isEqualTo(ALL.stream().filter(predicate::test).toList());
        assertThat(sites.none(predicate)).isEqualTo(sites.where(predicate).isEmpty());
    }

    @Test
    void thoseThatAreAlikeInWhatIsReadAreAskedOnce() {
        Asked tier = SitePredicate.compile("site.labels.tier != 't9'").asked().orElseThrow();
        assertThat(tier.fields()).containsExactly(new Asked.Field("labels", "tier"));
        assertThat(ALL.stream().map(s -> tier.in(SitePredicate.value(s))).distinct()).hasSize(4);
        assertThat(SitePredicate.compile("[site].size() == 1").asked()).isEmpty();
    }

    @Test
    void selectorsThatChooseTheSameHaveOneList() {
        Sites sites = new Sites(ALL);
        assertThat(sites.where(SitePredicate.compile("site.labels.tier == 't1'")))
                .isSameAs(sites.where(SitePredicate.compile("site.labels['tier'] in ['t1']")));
    }
}
