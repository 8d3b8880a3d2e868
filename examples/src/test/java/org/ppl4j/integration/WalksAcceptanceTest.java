package org.ppl4j.integration;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableMap;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.ppl4j.testing.AcceptancePoint;

/** On the ways of operations through the library no class is gone back to too often. */
@Tag("acceptance")
@Tag("open.3")
class WalksAcceptanceTest {

  private static final AcceptancePoint POINT = new AcceptancePoint("open.3");

  /** How often one class was gone back to at the most, when such ways were first looked at. */
  private static final ImmutableMap<String, Long> FIRST =
      ImmutableMap.of(
          "p.sample", 261L,
          "coupling forward", 635L,
          "Svi.step", 1882L,
          "Nuts.run", 1827L,
          "Density.logProb", 523L);

  @SuppressWarnings("unchecked") // loaded anew, it is what it was
  private static Map<String, Walk> walks() throws ReflectiveOperationException {
    Class<?> counted = new Walk.Loader().loadClass(Walks.class.getName());
    return ((Supplier<Map<String, Walk>>) counted.getDeclaredConstructor().newInstance()).get();
  }

  @Test
  void noClassIsGoneBackToMoreOften() throws ReflectiveOperationException {
    Map<String, Walk> walks = walks();

    walks.forEach(
        (name, walk) ->
            System.out.printf(
                "open.3 %s: %d classes, %d calls, %d back to %s%n",
                name, walk.classes(), walk.calls(), walk.returnsToHub(), walk.hub()));
    assertThat(walks).containsKeys(FIRST.keySet().toArray(String[]::new));
    FIRST.forEach(
        (name, first) ->
            POINT.atMost(
                name + ", back to " + walks.get(name).hub(),
                walks.get(name).returnsToHub(),
                first));
  }
}
