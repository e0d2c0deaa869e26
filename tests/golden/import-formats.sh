# One sample of each format: recognised from its content, with the runner-up named, nothing changed.
look() {
    cat >"$1"
    "$HR" import --plan formats.headroom --app formats --dry-run "$@" 2>&1
    test ! -e formats.headroom || echo "a plan was made"
}
look alb.log <<'END'
https 2025-03-03T10:11:12.345678Z app/web/50dc 192.0.2.6:2817 10.0.0.1:80 0.001 0.048 0.000 200 200 34 366 "GET https://example.com:443/a?x=1 HTTP/1.1" "curl/8.5.0" - - - "Root=1-5" "example.com" "-" 0 2025-03-03T10:11:12.296000Z "forward" "-" "-" "10.0.0.1:80" "200" "-" "-" TID_0
http 2025-03-03T10:11:12.400000Z app/web/50dc 192.0.2.6:2817 - -1 -1 -1 301 - 34 366 "GET http://example.com:80/a HTTP/1.1" "curl/8.5.0" - - - "Root=1-6" "-" "-" 0 2025-03-03T10:11:12.399000Z "redirect" "https://example.com:443/a" "-" "-" "-" "-" "-" TID_1
END
look elb.log <<'END'
2025-03-03T10:11:12.345678Z web 192.0.2.6:2817 10.0.0.1:80 0.000086 0.001048 0.001337 200 200 0 57 "GET https://example.com:443/a HTTP/1.1" "curl/8.5.0" - -
2025-03-03T10:11:13.345678Z web 192.0.2.6:2817 10.0.0.1:80 0.001069 0.000028 0.000041 - - 82 305 "- - - " "-" - -
END
look iis.log <<'END'
#Software: Microsoft Internet Information Services 10.0
#Version: 1.0
#Date: 2025-03-03 10:00:00
#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status sc-substatus sc-win32-status time-taken
2025-03-03 10:00:01 192.0.2.1 GET /a id=7 80 - 198.51.100.4 curl/8.5.0 - 200 0 0 46
END
printf '#Version: 1.0\n#Fields: date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status cs(Referer) cs(User-Agent) cs-uri-query cs(Cookie) x-edge-result-type x-edge-request-id x-host-header cs-protocol cs-bytes time-taken\n%b' \
    '2025-03-03\t10:00:01\tFRA2\t182\t192.0.2.1\tGET\td.example.com\t/a\t200\t-\tcurl\t-\t-\tMiss\tMRV\te.com\thttps\t217\t0.120\n' \
    '2025-03-03\t10:00:02\tFRA2\t182\t192.0.2.1\tGET\td.example.com\t/a\t200\t-\tcurl\t-\t-\tHit\tMRV\te.com\thttps\t217\t0.001\n' |
    look cloudfront.log
look caddy.log <<'END'
{"level":"info","ts":1741000000.1,"logger":"admin","msg":"stopped previous server"}
{"level":"info","ts":1741000000.123456,"logger":"http.log.access.log0","msg":"handled request","request":{"method":"GET","host":"example.com","uri":"/a"},"duration":0.0123,"size":512,"status":200}
END
look lambda.json <<'END'
{"time":"2025-03-03T10:11:12.500Z","type":"platform.report","record":{"requestId":"1-2","metrics":{"durationMs":102.253,"billedDurationMs":415,"memorySizeMB":128,"maxMemoryUsedMB":69,"initDurationMs":311.94},"status":"success"}}
END
look own.json --map time=.ts,duration=.latency:ms,path=.req.url <<'END'
{"ts":"2025-03-03T10:11:12.500Z","req":{"method":"GET","url":"/a"},"latency":12.5}
{"ts":"2025-03-03T10:11:13.500Z","req":{"method":"GET","url":"/a
END
look haproxy.log --timezone Europe/Berlin <<'END'
Mar  3 10:11:12 lb haproxy[99]: 192.0.2.5:4000 [03/Mar/2025:10:11:12.004] web~ app/srv1 0/12/1/85/99 200 512 - - ---- 3/3/1/1/0 0/0 {example.com} {} "GET /a HTTP/1.1"
Mar  3 10:11:13 lb haproxy[99]: 192.0.2.5:4000 [03/Mar/2025:10:11:13.004] web~ app/<NOSRV> 0/-1/-1/-1/3002 503 212 - - SQ-- 3/3/1/0/0 0/0 {example.com} {} "GET /a HTTP/1.1"
END
look envoy.log <<'END'
[2025-03-03T10:11:12.004Z] "GET /a HTTP/1.1" 200 - 0 512 24 23 "-" "curl/8.5.0" "id" "example.com" "10.0.0.1:80"
END
printf 'time:2025-03-03T10:11:12+01:00\tmethod:GET\turi:/a\tstatus:200\tapptime:0.057\n' | look ltsv.log
look own.log --log-format 'log_format own escape=default "$remote_addr [$time_local] $host \"$request\" " "$status $request_time";' <<'END'
192.0.2.7 [03/Mar/2025:10:11:12 +0100] example.com "GET /a HTTP/1.1" 200 0.031
192.0.2.7 [03/Mar/2025:10:11:12 +0100] example.com "GET /a
END
look pod.log <<'END'
2025-03-03T10:11:12.000000001+01:00 stdout F {"StartUTC":"2025-03-03T09:11:11.98Z","Duration":12000000,"OriginDuration":11000000,"DownstreamStatus":200,"RequestMethod":"GET","RequestPath":"/a"}
END
look stray.log --timezone Europe/Nowhere <<'END'
192.0.2.7 - - [03/Mar/2025:10:11:12 +0100] "GET /a HTTP/1.1" 200 512
END
look stray.log --log-format combined <<'END'
192.0.2.7 - - [03/Mar/2025:10:11:12 +0100] "GET /a HTTP/1.1" 200 512
END
look azure.csv <<'END'
HashOwner,HashApp,HashFunction,Trigger,1,2,3
o,a,f1,http,3,0,100
o,a,f2,timer,0,0,0
END
look azure21.csv <<'END'
app,func,end_timestamp,duration
a,f,0.5,2.0
END
