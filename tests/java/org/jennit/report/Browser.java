package org.jennit.report;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.LogManager;
import org.openqa.selenium.Keys;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LoggingPreferences;

/** The system's Chromium, without a window and without a network. */
final class Browser implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final ChromeDriver driver;
  private boolean scripts = true;

  Browser() {
    // It would warn that it knows no typed commands for this version of Chromium; none are used.
    LogManager.getLogManager().getLogger("").setLevel(Level.SEVERE);
    LoggingPreferences logs = new LoggingPreferences();
    logs.enable("browser", Level.ALL);
    logs.enable("performance", Level.ALL);
    ChromeOptions options = new ChromeOptions();
    options.setBinary(program("chromium"));
    // CI runs as root in a container, where Chromium's sandbox and its shared memory have no room.
    options.addArguments("--headless=new", "--no-sandbox", "--disable-dev-shm-usage");
    options.addArguments("--disable-gpu", "--force-color-profile=srgb", "--hide-scrollbars");
    options.addArguments("--disable-background-networking", "--no-first-run");
    options.setCapability("goog:loggingPrefs", logs);
    ChromeDriverService service =
        new ChromeDriverService.Builder().usingDriverExecutable(program("chromedriver")).build();
    driver = new ChromeDriver(service, options);
    command("Emulation.setFocusEmulationEnabled", Map.of("enabled", true));
  }

  private static File program(String name) {
    for (String folder : System.getenv("PATH").split(File.pathSeparator, -1)) {
      Path file = Path.of(folder, name);
      if (Files.isExecutable(file)) {
        return file.toFile();
      }
    }
    throw new AssertionError(
        "no "
            + name
            + " on the path: the report is tested in Chromium, which Debian and Ubuntu"
            + " install with apt-get install chromium chromium-driver");
  }

  /** Opens a file and waits until its pictures near the top are painted. */
  void open(Path page) {
    driver.get(page.toUri().toString());
    if (scripts) {
      settle();
    }
  }

  /** Waits until what was changed is on the screen. */
  void settle() {
    driver.executeAsyncScript(
        "const done = arguments[0];"
            + " setTimeout(() => requestAnimationFrame(() => requestAnimationFrame(done)), 50)");
  }

  void size(int width, int height) {
    command(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 600));
  }

  void prefer(String scheme) {
    command(
        "Emulation.setEmulatedMedia",
        Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
  }

  void allowScripts(boolean allowed) {
    scripts = allowed;
    command("Emulation.setScriptExecutionDisabled", Map.of("value", !allowed));
  }

  Map<String, Object> command(String name, Map<String, Object> parameters) {
    return driver.executeCdpCommand(name, parameters);
  }

  /** The value of an expression. */
  Object evaluate(String expression, Object... arguments) {
    return driver.executeScript("return " + expression, arguments);
  }

  String text(String expression) {
    return (String) evaluate(expression);
  }

  long number(String expression) {
    return ((Number) evaluate(expression)).longValue();
  }

  /** Runs statements, as the page's own script would, and waits for what they change. */
  void run(String statements, Object... arguments) {
    driver.executeScript(statements, arguments);
    settle();
  }

  void press(CharSequence... keys) {
    new Actions(driver).sendKeys(keys).perform();
    settle();
  }

  /** Presses a key while Shift is held. */
  void pressShift(Keys key) {
    new Actions(driver).keyDown(Keys.SHIFT).sendKeys(key).keyUp(Keys.SHIFT).perform();
    settle();
  }

  /** What the console says, refusals of the content security policy included. */
  List<String> console() {
    return driver.manage().logs().get("browser").getAll().stream().map(LogEntry::toString).toList();
  }

  /** The addresses that were asked for since the last call, without those that hold their data. */
  List<String> requests() throws IOException {
    List<String> addresses = new ArrayList<>();
    for (LogEntry entry : driver.manage().logs().get("performance")) {
      JsonNode message = JSON.readTree(entry.getMessage()).path("message");
      String address = message.path("params").path("request").path("url").asText();
      if (message.path("method").asText().equals("Network.requestWillBeSent")
          && !address.startsWith("data:")) {
        addresses.add(address);
      }
    }
    return addresses;
  }

  /** Writes what is on the screen, or the whole page. */
  void picture(Path file, boolean whole) throws IOException {
    Object data =
        command("Page.captureScreenshot", Map.of("captureBeyondViewport", whole)).get("data");
    Files.createDirectories(file.getParent());
    Files.write(file, Base64.getDecoder().decode((String) data));
    assertTrue(Files.size(file) > 0);
  }

  @Override
  public void close() {
    driver.quit();
  }
}
