package PACKAGE

import (
	"bufio"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
)

var (
	acrMutex sync.Mutex
	acrNonce string
	acrFile  *os.File
)

func acrStart() {
	line, _ := bufio.NewReaderSize(os.Stdin, 128).ReadString('\n')
	parts := strings.Fields(line)
	if len(parts) == 2 {
		var number uintptr
		fmt.Sscan(parts[1], &number)
		acrNonce, acrFile = parts[0], os.NewFile(number, "report")
	}
}

func acrTell(fields string) {
	acrMutex.Lock()
	defer acrMutex.Unlock()
	fmt.Fprintf(acrFile, "{\"nonce\":%q,%s}\n", acrNonce, fields)
}

func acrTest(t *testing.T, name string) {
	acrTell(fmt.Sprintf("\"kind\":\"begin\",\"name\":%q", name))
	t.Cleanup(func() {
		outcome := "passed"
		if t.Failed() {
			outcome = "failed"
		} else if t.Skipped() {
			outcome = "skipped"
		}
		acrTell(fmt.Sprintf("\"kind\":\"test\",\"name\":%q,\"outcome\":%q,\"message\":\"\",\"environment\":null", name, outcome))
	})
}

func acrRun(m *testing.M) int {
	acrStart()
	status := m.Run()
	acrTell("\"kind\":\"done\",\"replaced\":[],\"opaque\":0")
	return status
}
