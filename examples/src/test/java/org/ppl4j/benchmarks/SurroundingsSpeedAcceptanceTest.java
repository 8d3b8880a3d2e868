package org.ppl4j.benchmarks;

import com.google.common.base.Splitter;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.ppl4j.testing.AcceptancePoint;

/** What it costs a step to look whether what its program reads around it is what it was. */
@Tag("acceptance")
@Tag("alone")
@Tag("sound.2")
class SurroundingsSpeedAcceptanceTest {

  @Test
  void aStepTakesHardlyLonger() throws IOException, InterruptedException {
    AcceptancePoint point = new AcceptancePoint("sound.2");
    List<String> figures = Splitter.on(' ').splitToList(NewJvm.output(SurroundedSteps.class));

    point.shown("eight schools, microseconds", Double.parseDouble(figures.get(1)));
    point.atMost(
        "share that two fields, an enum and a double[8] cost, median of 15 pairs",
        Double.parseDouble(figures.get(0)),
        0.05);
  }
}
