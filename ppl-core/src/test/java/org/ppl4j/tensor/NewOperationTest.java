package org.ppl4j.tensor;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ppl4j.testing.AcceptancePoint;

/** An operation that nobody has thought of is one file and one row of the table. */
class NewOperationTest {

  private static final AcceptancePoint POINT = new AcceptancePoint("compiler.5");

  private static final Path TABLE = Path.of("org", "ppl4j", "tensor", "internal", "table");

  private static final String FILE =
      """
      package org.ppl4j.tensor.internal.table;

      /** The Gudermannian function, {@code 2 atan(tanh(x / 2))}. */
      final class Gudermannian {

        private Gudermannian() {}

        static Expression of(Expression x) {
          return Op.ATAN.of(Op.TANH.of(x.mul(0.5))).mul(2);
        }

        static Expression slope(Expression d, Expression y, Expression x) {
          return d.div(Op.COSH.of(x));
        }
      }
      """;

  private static final String ROW =
      "  GUDERMANNIAN(Row.formula(Gudermannian::of).slope(Gudermannian::slope)),\n";

  /** Two float types, by the engine and from a record: values, slopes and slopes of slopes. */
  private static final int AGREEMENTS = 2 * 2 * 3;

  private static final String CLASS_PATH = System.getProperty("java.class.path");

  /** Compiles the table with the row, and the file, to be found before the table as it is. */
  private static void compile(Path folder) throws IOException {
    Path sources = Files.createDirectories(folder.resolve(TABLE));
    String table =
        Files.readString(Path.of("src", "main", "java").resolve(TABLE).resolve("Op.java"));
    Path op = sources.resolve("Op.java");
    Files.writeString(op, table.replaceFirst("public enum Op \\{\n", "$0" + ROW));
    Path file = Files.writeString(sources.resolve("Gudermannian.java"), FILE);
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    int errors =
        compiler.run(
            null,
            null,
            null,
            List.of(
                    "-proc:none",
                    "-nowarn",
                    "-cp",
                    CLASS_PATH,
                    "-d",
                    folder.toString(),
                    op.toString(),
                    file.toString())
                .toArray(String[]::new));
    assertThat(errors).isZero();
  }

  @Test
  @Tag("acceptance")
  @Tag("compiler.5")
  void isOneFileAndOneRow(@TempDir Path folder) throws IOException, InterruptedException {
    compile(folder);
    Path output = folder.resolve("output");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dai.djl.offline=true",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                "-cp",
                folder + File.pathSeparator + CLASS_PATH,
                NewOperation.class.getName(),
                "GUDERMANNIAN")
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();

    int status = process.waitFor();

    assertThat(status).as(Files.readString(output, UTF_8)).isZero();
    long agreements = Files.readString(output, UTF_8).lines().filter("agrees"::equals).count();
    POINT.atLeast(
        "values and slopes of an operation of one file and one row", agreements, AGREEMENTS);
  }
}
