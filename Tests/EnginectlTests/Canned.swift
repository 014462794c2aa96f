/// Replies of a daemon.
enum Canned {
  static let sim = """
    {"name":"sim","type":"generator","lane":"sources","state":"running","paused":false,\
    "since":"2026-01-02T12:31:44Z","events_in":0,"events_out":1234567,"in_rate":0.0,\
    "out_rate":10025.5,"lag":0,"policy":null,"dropped":0,"conflated":0,"gaps":0,"held":0,\
    "refused":0,"stalls":0,"batches":77,"hop_p50_ns":null,"hop_p99_ns":null,"restarts":0,\
    "last_error":null,"retry_at":null}
    """
  static let probe = """
    {"name":"probe","type":"probe","lane":"main","state":"running","paused":true,\
    "since":"2026-01-02T10:34:56Z","events_in":1200000,"events_out":0,"in_rate":9999.25,\
    "out_rate":0.0,"lag":40000,"policy":"drop-oldest","dropped":32,"conflated":0,"gaps":1,\
    "held":0,"refused":0,"stalls":0,"batches":9000,"hop_p50_ns":1254,"hop_p99_ns":12345678,\
    "restarts":2,"last_error":"queue full","retry_at":null}
    """
  static let replay = """
    {"name":"replay","type":"replay","lane":"sources","state":"backoff","paused":false,\
    "since":"2026-01-02T12:34:50Z","events_in":0,"events_out":0,"in_rate":0.0,"out_rate":0.0,\
    "lag":0,"policy":null,"dropped":0,"conflated":0,"gaps":0,"held":0,"refused":0,"stalls":0,\
    "batches":0,"hop_p50_ns":null,"hop_p99_ns":null,"restarts":3,\
    "last_error":"ticks.csv.gz: no such file","retry_at":"2026-01-02T12:35:04Z"}
    """
  static let plugins = "{\"plugins\":[\(sim),\(probe),\(replay)]}"

  static func info(cpu: Int = 1_500_000_000, uptime: Int = 192_000_000_000, seq: Int = 1_234_567)
    -> String
  {
    """
    {"name":"tickwire","version":"0.1.0","pid":4711,"started":"2026-01-02T12:31:44Z",\
    "uptime_ns":\(uptime),"config":"/etc/tickwire/plugins.json","admin":"run/engine.sock",\
    "epoch":"18446744073709551615","sequence":\(seq),"first_sequence":1103496,"ring":131072,\
    "cpu_ns":\(cpu),"rss_bytes":25690112,"threads":7,"deterministic":false,"plugins":3}
    """
  }

  static func stats(cpu: Int, uptime: Int, seq: Int) -> String {
    """
    {"engine":\(info(cpu: cpu, uptime: uptime, seq: seq)),"plugins":[\(sim),\(probe),\(replay)],\
    "subscriptions":[{"name":"probe","policy":"drop-oldest","lag":40000,"delivered":1200000,\
    "dropped":32,"conflated":0},{"name":"tap-1","policy":"conflate","lag":0,"delivered":512,\
    "dropped":0,"conflated":99}]}
    """
  }

  static let trade = """
    {"seq":1234567,"kind":"trade","time":"2026-01-02T12:34:56.789Z","symbol":"EURUSD",\
    "price":1.0841,"size":100000,"side":"buy","received":"2026-01-02T12:34:56.789Z",\
    "venue_seq":0,"source":"sim","flags":["simulated"]}
    """
  static let secondTrade = """
    {"seq":1234569,"kind":"trade","time":"2026-01-02T12:34:56.8Z","symbol":"BRK.B",\
    "price":612345.123456789,"size":null,"side":"unknown","received":"2026-01-02T12:34:56.8Z",\
    "venue_seq":0,"source":"sim","flags":["simulated","receipt_time"]}
    """
  static let quote = """
    {"seq":1234568,"kind":"quote","time":"2026-01-02T12:34:56.790001Z","symbol":"EURUSD",\
    "bid":1.08408,"ask":1.0841,"bid_size":2500000,"ask_size":1000000,\
    "received":"2026-01-02T12:34:56.79Z","source":"sim"}
    """
  static let gap = """
    {"seq":0,"kind":"gap","time":"2026-01-02T12:34:57Z","subscriber":"tap-1","reason":"overrun",\
    "first":1234570,"last":1235601,"count":1032}
    """
  static let status = """
    {"seq":1235602,"kind":"status","time":"2026-01-02T12:34:57.1Z","scope":"plugin",\
    "subject":"replay","code":"backoff","previous":"running","reason":"no such file"}
    """
  static let bar = """
    {"seq":1235603,"kind":"bar","time":"2026-01-02T12:35:00Z","symbol":"EURUSD","spec":"1m",\
    "start":"2026-01-02T12:34:00Z","end":"2026-01-02T12:35:00Z","open":1.0840,"high":1.0845,\
    "low":1.08395,"close":1.0841,"volume":12500000,"notional":13551250.5,"buy_volume":7000000,\
    "count":120,"state":"closed","revision":0,"first_seq":1,"last_seq":2}
    """
}
